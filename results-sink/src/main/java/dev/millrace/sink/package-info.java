/** Takes every accepted outcome to where people see it; wires the parts of this stage. */
@NullMarked
package dev.millrace.sink;

import org.jspecify.annotations.NullMarked;
