/** What the model gateway adds to a call, beside a direct one to the same model. */
@NullMarked
package dev.millrace.bench.gateway;

import org.jspecify.annotations.NullMarked;
