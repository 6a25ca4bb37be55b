/** The wire into a sandbox, this side of it; knows nothing of Docker, Kafka or Gitea. The protocol is docs/tether.md. */
@NullMarked
package dev.millrace.worker.sandbox.tether;

import org.jspecify.annotations.NullMarked;
