/** Follows one task through the topics, as any Kafka client could. */
@NullMarked
package dev.millrace.standalone.watch;

import org.jspecify.annotations.NullMarked;
