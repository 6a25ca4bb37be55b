package dev.millrace.worker.sandbox;

import java.util.Map;

/** Opens sandboxes. Thread-safe. */
public interface Sandboxes {

    /**
     * Starts a sandbox of its own for one attempt.
     *
     * @param image to run; empty for the worker's default
     * @param labels what the sandbox is for, such as task and attempt; seen by people and the reaper
     * @throws ImageRefused if this worker may not run the image, or no agent can work in it
     * @throws SandboxUnavailable if the machine cannot give one
     */
    Sandbox open(String image, Map<String, String> labels);
}
