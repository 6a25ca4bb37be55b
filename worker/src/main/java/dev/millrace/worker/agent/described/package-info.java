/** Agents that are programs in a sandbox, each told by a file: how it is started, followed, judged and ended. */
@NullMarked
package dev.millrace.worker.agent.described;

import org.jspecify.annotations.NullMarked;
