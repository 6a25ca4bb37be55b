/** Every topic of Millrace: its name, key, record, partitions, retention and limits, and its creation at start. */
@NullMarked
package dev.millrace.schemas.topic;

import org.jspecify.annotations.NullMarked;
