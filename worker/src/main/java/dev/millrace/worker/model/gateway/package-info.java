/**
 * The one way to models: forwards, meters, and stops at the budget, over a connection out of a sandbox or from within the
 * worker. Knows no Spring.
 */
@NullMarked
package dev.millrace.worker.model.gateway;

import org.jspecify.annotations.NullMarked;
