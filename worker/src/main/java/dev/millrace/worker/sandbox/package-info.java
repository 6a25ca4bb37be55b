/** Where an agent's commands run; knows nothing of Kafka or Gitea. */
@NullMarked
package dev.millrace.worker.sandbox;

import org.jspecify.annotations.NullMarked;
