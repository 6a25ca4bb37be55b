package dev.millrace.worker.sandbox.docker;

import com.github.dockerjava.api.command.WaitContainerResultCallback;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The image of one scenario: the sandbox image, and what a script of root's does to it, for root to run. */
final class ImageOfOne {
    private static final int SECONDS = 60;

    private final Engine engine;
    private final String base;

    ImageOfOne(Engine engine, String base) {
        this.engine = engine;
        this.base = base;
    }

    /** Returns the image's id; whoever asked removes it. */
    String build(String script) {
        String container = engine.ask(
                "make an image",
                docker -> docker.createContainerCmd(base)
                        .withUser("0:0")
                        .withNetworkDisabled(true)
                        .withEntrypoint("sh", "-ec", script)
                        .withCmd(List.of())
                        .withLabels(ContainerSpec.labelled(Map.of("worker", "scenarios")))
                        .exec()
                        .getId());
        try {
            engine.ask(
                    "make an image",
                    docker -> docker.startContainerCmd(container).exec());
            try (var end = engine.streaming().waitContainerCmd(container).exec(new WaitContainerResultCallback())) {
                int code = end.awaitStatusCode(SECONDS, TimeUnit.SECONDS);
                if (code != 0) {
                    throw new IllegalStateException("an image's script ended with %d: %s".formatted(code, script));
                }
            } catch (IOException _) {
                // Closing says nothing about the image.
            }
            return engine.ask(
                    "make an image",
                    docker -> docker.commitCmd(container).withUser("0:0").exec());
        } finally {
            engine.remove(container);
        }
    }
}
