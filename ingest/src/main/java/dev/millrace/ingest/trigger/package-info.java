/** Decides whether what happened in the forge is a task, who asked for it and whether they may; knows no HTTP, no Kafka. */
@NullMarked
package dev.millrace.ingest.trigger;

import org.jspecify.annotations.NullMarked;
