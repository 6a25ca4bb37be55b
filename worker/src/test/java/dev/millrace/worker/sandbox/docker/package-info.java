/** The containers, tried for real. */
@NullMarked
package dev.millrace.worker.sandbox.docker;

import org.jspecify.annotations.NullMarked;
