package dev.millrace.worker.sandbox.docker;

import com.github.dockerjava.api.exception.NotFoundException;
import java.time.Duration;
import java.util.OptionalLong;

/** The images of the Docker engine, for those who want to know before they ask for a sandbox. Thread-safe. */
public final class EngineImages implements AutoCloseable {
    private final Engine engine;

    /** @param timeout how long the engine may take to answer */
    public EngineImages(Duration timeout) {
        engine = new Engine(timeout);
    }

    /**
     * What an image takes, in bytes, with what it shares with others; empty if the engine does not have it.
     *
     * @throws dev.millrace.worker.sandbox.SandboxUnavailable if the engine does not answer
     */
    public OptionalLong size(String image) {
        return engine.ask("look for an image", docker -> {
            try {
                Long size = docker.inspectImageCmd(image).exec().getSize();
                return OptionalLong.of(size == null ? 0 : size);
            } catch (NotFoundException _) {
                return OptionalLong.empty();
            }
        });
    }

    @Override
    public void close() {
        engine.close();
    }
}
