/** The client against canned answers of a forge, good and bad. */
@NullMarked
package dev.millrace.gitea;

import org.jspecify.annotations.NullMarked;
