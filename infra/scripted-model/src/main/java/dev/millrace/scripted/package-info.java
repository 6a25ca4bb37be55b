/** A model server that says what a scenario tells it to, by every protocol; for tests and the demo. */
@NullMarked
package dev.millrace.scripted;

import org.jspecify.annotations.NullMarked;
