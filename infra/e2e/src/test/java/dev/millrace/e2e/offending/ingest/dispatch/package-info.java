/** Breaks the rules of the house, so that a test can see them bite. */
@NullMarked
package dev.millrace.e2e.offending.ingest.dispatch;

import org.jspecify.annotations.NullMarked;
