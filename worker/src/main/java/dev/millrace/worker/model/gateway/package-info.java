/** The one door to models that a sandbox has: forwards, meters, and stops at the budget. Knows no Spring. */
@NullMarked
package dev.millrace.worker.model.gateway;

import org.jspecify.annotations.NullMarked;
