/** Child processes that end with us, are started again when they die, and leave nothing behind. */
@NullMarked
package dev.millrace.standalone.process;

import org.jspecify.annotations.NullMarked;
