package dev.millrace.worker.agent;

/** Takes the steps of one agent's work, in order. */
public interface Transcript {
    /** What this throws ends the agent's work. */
    void step(StepRecord step);
}
