package dev.millrace.worker.sandbox.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.tether.Tether;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Starts containers: created, attached, started, and spoken to. Thread-safe. */
final class Launcher {
    private final Engine engine;
    private final TetheredImages images;
    private final ContainerSpec spec;
    private final UnaryOperator<CreateContainerCmd> lastStep;
    private final Duration lifetime;
    private final Duration silence;
    private final Duration hello;

    Launcher(
            Engine engine,
            TetheredImages images,
            SandboxProperties properties,
            Duration silence,
            UnaryOperator<CreateContainerCmd> lastStep) {
        this.engine = engine;
        this.images = images;
        this.silence = silence;
        this.lastStep = lastStep;
        spec = new ContainerSpec(properties);
        lifetime = properties.lifetime();
        hello = properties.engineTimeout();
    }

    /**
     * @param name of the container: ours, so that it can be removed even if the engine's answer never comes
     * @param labels as {@link ContainerSpec#labelled} made them
     */
    Launched launch(TetheredImage image, String name, Map<String, String> labels) {
        try {
            String container = create(image, name, labels);
            AttachedContainer wire = engine.attach(container);
            try {
                engine.ask(
                        "start a sandbox",
                        docker -> docker.startContainerCmd(container).exec());
                return new Launched(container, Tether.over(wire, lifetime, silence, hello));
            } catch (SandboxUnavailable failed) {
                wire.close();
                throw failed;
            }
        } catch (SandboxUnavailable failed) {
            engine.remove(name);
            throw failed;
        }
    }

    /** Once more where somebody removed the tethered image meanwhile. */
    private String create(TetheredImage image, String name, Map<String, String> labels) {
        try {
            return createOf(image, name, labels);
        } catch (SandboxUnavailable failed) {
            if (failed.getCause() instanceof NotFoundException) {
                images.forget(image);
                return createOf(images.of(image.name()), name, labels);
            }
            throw failed;
        }
    }

    private String createOf(TetheredImage image, String name, Map<String, String> labels) {
        return engine.askToTheEnd(
                "create a sandbox",
                docker -> lastStep.apply(spec.applyTo(docker.createContainerCmd(image.id()), name, labels))
                        .exec()
                        .getId());
    }
}
