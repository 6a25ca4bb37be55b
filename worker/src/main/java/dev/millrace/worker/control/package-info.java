/** Hears what people want of all workers at once. */
@NullMarked
package dev.millrace.worker.control;

import org.jspecify.annotations.NullMarked;
