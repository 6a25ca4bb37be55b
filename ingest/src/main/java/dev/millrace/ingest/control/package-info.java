/** What somebody wants done with tasks that exist, on its way to dispatch. */
@NullMarked
package dev.millrace.ingest.control;

import org.jspecify.annotations.NullMarked;
