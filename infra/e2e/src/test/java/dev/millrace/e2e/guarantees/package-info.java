/** What Millrace promises whatever dies, a class for each promise, held against what happened while processes died. */
@NullMarked
package dev.millrace.e2e.guarantees;

import org.jspecify.annotations.NullMarked;
