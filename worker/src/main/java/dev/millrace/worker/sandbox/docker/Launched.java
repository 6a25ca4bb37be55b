package dev.millrace.worker.sandbox.docker;

import dev.millrace.worker.sandbox.tether.Tether;

/**
 * A container that runs, and the wire into it.
 *
 * @param container its id
 */
record Launched(String container, Tether tether) {

    /** Breaks the wire, which ends everything inside, and lets the engine see to it that nothing is left. */
    void end(Engine engine) {
        tether.close();
        engine.removeLater(container);
    }
}
