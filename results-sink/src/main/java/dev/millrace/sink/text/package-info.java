/** Makes what agents and strangers wrote fit to be shown under the bot's name. */
@NullMarked
package dev.millrace.sink.text;

import org.jspecify.annotations.NullMarked;
