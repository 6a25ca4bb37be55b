/** Every task as dispatch last told of it, for whoever asks ingest. */
@NullMarked
package dev.millrace.ingest.view;

import org.jspecify.annotations.NullMarked;
