/** What the whole way costs, from webhook to pull request. */
@NullMarked
package dev.millrace.bench.pipeline;

import org.jspecify.annotations.NullMarked;
