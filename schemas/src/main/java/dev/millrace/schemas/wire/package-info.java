/** How records go over the wire: Avro through a schema registry, with CloudEvents and trace headers. */
@NullMarked
package dev.millrace.schemas.wire;

import org.jspecify.annotations.NullMarked;
