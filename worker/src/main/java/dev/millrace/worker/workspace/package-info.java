/** Repository in, changeset out: what a sandbox starts from, and what the agent made of it. */
@NullMarked
package dev.millrace.worker.workspace;

import org.jspecify.annotations.NullMarked;
