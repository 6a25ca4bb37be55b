/** Millrace as several processes whose sandboxes only pretend, for benchmarks and for tests of what survives faults. */
@NullMarked
package dev.millrace.bench.fleet;

import org.jspecify.annotations.NullMarked;
