/** Finds out whether all that Millrace needs is there, and says what to do where it is not. */
@NullMarked
package dev.millrace.standalone.doctor;

import org.jspecify.annotations.NullMarked;
