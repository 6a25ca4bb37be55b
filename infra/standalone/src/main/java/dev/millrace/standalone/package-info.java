/** The command line and the all-in-one: every stage in one process. */
@NullMarked
package dev.millrace.standalone;

import org.jspecify.annotations.NullMarked;
