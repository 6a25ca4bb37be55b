/** One try at a task, told by one method: sandbox, repository, agent, changeset. */
@NullMarked
package dev.millrace.worker.attempt;

import org.jspecify.annotations.NullMarked;
