/** Breaks the rules of the house, so that a test can see them bite. */
@NullMarked
package dev.millrace.e2e.offending.worker.sandbox;

import org.jspecify.annotations.NullMarked;
