/** What does a task's work in a sandbox: the script agent and the built-in loop; knows nothing of Kafka or Gitea. */
@NullMarked
package dev.millrace.worker.agent;

import org.jspecify.annotations.NullMarked;
