/** The single writer of every task's state: pure decisions, and a thin topology around them. */
@NullMarked
package dev.millrace.ingest.dispatch;

import org.jspecify.annotations.NullMarked;
