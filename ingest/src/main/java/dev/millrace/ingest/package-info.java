/** The stage's own process: the door, and dispatch behind it. */
@NullMarked
package dev.millrace.ingest;

import org.jspecify.annotations.NullMarked;
