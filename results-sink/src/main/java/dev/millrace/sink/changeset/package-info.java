/** The one place that reads packs: judges what comes out of a sandbox as hostile, before anything else touches it. */
@NullMarked
package dev.millrace.sink.changeset;

import org.jspecify.annotations.NullMarked;
