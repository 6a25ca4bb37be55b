/** Finds what must not be published: the operator's own secrets in any spelling, and what looks like somebody's. */
@NullMarked
package dev.millrace.sink.secret;

import org.jspecify.annotations.NullMarked;
