/** The whole way on real parts, from a webhook to a pull request and through faults, and the rules of the house. */
@NullMarked
package dev.millrace.e2e;

import org.jspecify.annotations.NullMarked;
