package dev.millrace.worker.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.Image;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;

/** The image of one scenario: the sandbox image, and what a script of root's does to it, for root to run. */
final class ImageOfOne implements AutoCloseable {
    private static final String REPOSITORY = "millrace/scenario";

    private final Engine engine;
    private final String tag = UUID.randomUUID().toString();
    private final String id;

    /** Makes it. */
    ImageOfOne(Engine engine, String base, String script) {
        this.engine = engine;
        String container = engine.ask(
                "make an image",
                docker -> docker.createContainerCmd(base)
                        .withUser("0:0")
                        .withNetworkDisabled(true)
                        .withEntrypoint("sh", "-ec", script)
                        .withCmd(List.of())
                        .exec()
                        .getId());
        try {
            int code = engine.ask("run an image's script", docker -> end(docker, container));
            if (code != 0) {
                throw new IllegalStateException("an image's script ended with %d: %s".formatted(code, script));
            }
            id = engine.ask(
                    "keep an image",
                    docker -> docker.commitCmd(container)
                            .withRepository(REPOSITORY)
                            .withTag(tag)
                            .withUser("0:0")
                            .exec());
        } finally {
            engine.remove(container);
        }
    }

    private static int end(DockerClient docker, String container) {
        docker.startContainerCmd(container).exec();
        return docker.waitContainerCmd(container)
                .exec(new WaitContainerResultCallback())
                .awaitStatusCode();
    }

    String name() {
        return REPOSITORY + ":" + tag;
    }

    /** Removes it, and what was made of it, once the engine has let go of the container. */
    @Override
    public void close() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreException(SandboxUnavailable.class)
                .until(this::isRemoved);
    }

    private boolean isRemoved() {
        List<Image> tethered = engine.ask(
                "find a tethered image",
                docker -> docker.listImagesCmd()
                        .withLabelFilter(Map.of(TetheredImages.BASE, id))
                        .exec());
        tethered.forEach(image -> remove(image.getId()));
        remove(name());
        return true;
    }

    private void remove(String image) {
        engine.ask(
                "remove an image",
                docker -> docker.removeImageCmd(image).withForce(true).exec());
    }
}
