/** Sandboxes as Docker containers; the one place that starts containers. */
@NullMarked
package dev.millrace.worker.sandbox.docker;

import org.jspecify.annotations.NullMarked;
