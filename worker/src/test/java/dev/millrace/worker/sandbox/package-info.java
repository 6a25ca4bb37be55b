/** What tests share of sandboxes. */
@NullMarked
package dev.millrace.worker.sandbox;

import org.jspecify.annotations.NullMarked;
