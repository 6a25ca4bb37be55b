package dev.millrace.worker.sandbox.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.Sandboxes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Sandboxes on the Docker engine that {@code DOCKER_HOST} names (the local one by default). Each is labelled with what
 * it is for, {@code dev.millrace.task} and the like, and with this worker as {@code dev.millrace.worker}.
 */
public final class DockerSandboxes implements Sandboxes, AutoCloseable {
    private static final String WORKER = "worker";

    private final SandboxProperties properties;
    private final ContainerSpec spec;
    private final Engine engine;
    private final String worker;
    private final UnaryOperator<CreateContainerCmd> lastStep;

    /** @param worker this worker's name, the same after a restart */
    public DockerSandboxes(SandboxProperties properties, String worker) {
        this(properties, worker, UnaryOperator.identity());
    }

    /**
     * For tests alone, which is why nobody outside this package can call it: they take single controls away, to see that
     * the test of that control then fails.
     *
     * @param lastStep applied to each container's description before it is created
     */
    DockerSandboxes(SandboxProperties properties, String worker, UnaryOperator<CreateContainerCmd> lastStep) {
        this.properties = properties;
        this.worker = worker;
        this.lastStep = lastStep;
        engine = new Engine(properties.engineTimeout());
        spec = new ContainerSpec(properties);
    }

    @Override
    public Sandbox open(String image, Map<String, String> labels) {
        String chosen = image.isBlank() ? properties.image() : image;
        // Named by us, so that it can be removed even if the engine's answer never comes.
        String name = "millrace-" + UUID.randomUUID();
        var all = new HashMap<>(labels);
        all.put(WORKER, worker);
        Map<String, String> prefixed = ContainerSpec.labelled(all);
        try {
            create(chosen, name, prefixed);
            refuseMounts(chosen, name);
            engine.ask(
                    "start a sandbox", docker -> docker.startContainerCmd(name).exec());
            return new DockerSandbox(engine, name, properties);
        } catch (SandboxUnavailable failed) {
            engine.remove(name);
            throw failed;
        }
    }

    private void create(String image, String name, Map<String, String> labels) {
        try {
            engine.ask(
                    "create a sandbox",
                    docker -> lastStep.apply(spec.applyTo(docker.createContainerCmd(image), name, labels))
                            .exec());
        } catch (SandboxUnavailable failed) {
            if (failed.getCause() instanceof NotFoundException) {
                throw new SandboxUnavailable(
                        "no sandbox image '%s' on this Docker engine: 'docker pull' it, or let './millrace' build its own (%simage)"
                                .formatted(image, SandboxProperties.PREFIX),
                        failed);
            }
            throw failed;
        }
    }

    /** An image can bring volumes of its own, and those would be unbounded places on the host's disk. */
    private void refuseMounts(String image, String name) {
        var mounts = engine.ask(
                "look at a sandbox",
                docker -> docker.inspectContainerCmd(name).exec().getMounts());
        if (mounts != null && !mounts.isEmpty()) {
            throw new SandboxUnavailable("the sandbox image '%s' declares volumes (%s): build it without VOLUME"
                    .formatted(image, mounts.getFirst().getDestination()));
        }
    }

    /**
     * Removes every sandbox of this name's worker, running or not: for its start, when none of them can be in use.
     *
     * @return how many there were
     * @throws SandboxUnavailable if the engine does not answer
     */
    public int removeLeftBy(String deadWorker) {
        List<Container> left = engine.ask(
                "list sandboxes",
                docker -> docker.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(Map.of(ContainerSpec.LABEL_PREFIX + WORKER, deadWorker))
                        .exec());
        left.forEach(container -> engine.remove(container.getId()));
        return left.size();
    }

    /** Lets go of the engine; sandboxes that are open then can no longer be used. */
    @Override
    public void close() {
        engine.close();
    }
}
