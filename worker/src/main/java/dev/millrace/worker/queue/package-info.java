/** Takes offers from the share group, claims them, keeps their leases alive and reports what came of them. */
@NullMarked
package dev.millrace.worker.queue;

import org.jspecify.annotations.NullMarked;
