/** What dispatch adds and what it carries, beside what its broker does without it. */
@NullMarked
package dev.millrace.bench.dispatch;

import org.jspecify.annotations.NullMarked;
