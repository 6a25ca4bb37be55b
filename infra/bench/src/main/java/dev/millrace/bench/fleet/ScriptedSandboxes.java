package dev.millrace.bench.fleet;

import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.Sandboxes;
import java.util.Map;
import java.util.Objects;

/** Sandboxes in which nothing runs, so that there can be thousands. */
record ScriptedSandboxes(Journal journal) implements Sandboxes {

    @Override
    public Sandbox open(String image, Map<String, String> labels) {
        return new ScriptedSandbox(
                Objects.requireNonNull(labels.get("task"), "an attempt says whose it is"),
                Integer.parseInt(Objects.requireNonNull(labels.get("attempt"), "an attempt says which it is")),
                journal);
    }
}
