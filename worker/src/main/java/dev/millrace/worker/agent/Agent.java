package dev.millrace.worker.agent;

import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.sandbox.Sandbox;
import java.util.Optional;

/** Does the work of a task in a sandbox. Implementations keep nothing between two calls and are thread-safe. */
public interface Agent {

    /** What it is and needs. */
    default AgentProfile profile() {
        return AgentProfile.part("", Optional.empty());
    }

    /** The image that it needs where a task names none; empty for the worker's default. */
    default String image() {
        return "";
    }

    /**
     * Works until the task is done, given up, or a limit is reached. Changes to the workspace are the result.
     *
     * @param sandbox with the repository in {@link Sandbox#WORKSPACE}
     * @param spending counts what is used of models as it goes, and keeps it to the budget; may have been used before
     * @param transcript gets every step as soon as it is over, from the calling thread
     * @throws dev.millrace.worker.sandbox.SandboxUnavailable if the sandbox failed
     * @throws dev.millrace.worker.model.ModelUnavailable if the agent needs a model and this worker has no way to one
     * @throws InterruptedException if the calling thread is interrupted; a command under way ends with the sandbox
     */
    AgentEnd work(Assignment assignment, Sandbox sandbox, Spending spending, Transcript transcript)
            throws InterruptedException;

    /** An agent at one assignment. Used once, from one thread. */
    interface Work {

        /** Works as {@link Agent#work} does. */
        AgentEnd begin() throws InterruptedException;

        /**
         * Goes on after it said that it was done, within the same limits.
         *
         * @param failed what came of the repository's verification: commands, exit codes and output
         */
        AgentEnd goOn(String failed) throws InterruptedException;
    }

    /** Takes on an assignment; parameters and what is thrown are those of {@link #work}. */
    default Work on(Assignment assignment, Sandbox sandbox, Spending spending, Transcript transcript)
            throws InterruptedException {
        return new Reruns(this, assignment, sandbox, spending, transcript, System::nanoTime);
    }
}
