/** What a sandbox costs, beside what else would do its work. */
@NullMarked
package dev.millrace.bench.sandbox;

import org.jspecify.annotations.NullMarked;
