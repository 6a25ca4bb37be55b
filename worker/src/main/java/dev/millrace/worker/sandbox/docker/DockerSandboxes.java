package dev.millrace.worker.sandbox.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Container;
import dev.millrace.worker.sandbox.ImageRefused;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.Sandboxes;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Sandboxes on the Docker engine that {@code DOCKER_HOST} names (the local one by default), some of them started before
 * they are asked for. Each is labelled with this worker as {@code dev.millrace.worker}, and named after what it is for.
 */
public final class DockerSandboxes implements Sandboxes, MeterBinder, AutoCloseable {
    private static final String WORKER = "worker";
    /** After so long without a word from its worker a sandbox ends; the tether's end here speaks three times as often. */
    private static final Duration SILENCE = Duration.ofSeconds(45);
    /** A sandbox that was ready is given away only if it answers at once. */
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private static final Duration OLDEST_READY = Duration.ofMinutes(10);

    private final SandboxProperties properties;
    private final String worker;
    private final Engine engine;
    private final TetheredImages images;
    private final ImageTools tools = new ImageTools();
    private final Launcher launcher;
    private final Pool<Launched> pool;
    private final Reaper reaper;

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
        this(properties, worker, new Engine(properties.engineTimeout()), SILENCE, lastStep);
    }

    /** @param silence in place of the usual one, for tests that wait for it */
    DockerSandboxes(
            SandboxProperties properties,
            String worker,
            Engine engine,
            Duration silence,
            UnaryOperator<CreateContainerCmd> lastStep) {
        this.properties = properties;
        this.worker = worker;
        this.engine = engine;
        images = new TetheredImages(engine);
        launcher = new Launcher(engine, images, properties, silence, lastStep);
        var half = properties.lifetime().dividedBy(2);
        pool = new Pool<>(
                properties.pool(),
                half.compareTo(OLDEST_READY) < 0 ? half : OLDEST_READY,
                InstantSource.system(),
                new Ready());
        reaper = new Reaper(engine, images, InstantSource.system());
        reaper.start();
    }

    @Override
    public Sandbox open(String image, Map<String, String> labels) {
        String chosen = image.isBlank() ? properties.image() : image;
        refuseOthers(chosen);
        Map<String, String> labelled = labelled(labels);
        TetheredImage tethered = images.of(chosen);
        tools.refuseKnown(tethered);
        Launched launched = launched(tethered, ContainerName.of(labels), labelled);
        try {
            return new DockerSandbox(engine, launched, tools.check(tethered, launched.tether()), properties);
        } catch (ImageRefused | SandboxUnavailable failed) {
            launched.end(engine);
            pool.drop(chosen);
            throw failed;
        }
    }

    /** As {@link #open}, whatever the image lacks that agents need. */
    Sandbox openWithoutTools(String image) {
        Launched launched = launched(images.of(image), ContainerName.of(Map.of()), labelled(Map.of()));
        return new DockerSandbox(engine, launched, List.of(), properties);
    }

    private Launched launched(TetheredImage image, String name, Map<String, String> labels) {
        var ready = pool.take(image);
        if (ready.isEmpty()) {
            return launcher.launch(image, name, labels);
        }
        ready.get().tether().lifetime(properties.lifetime());
        // A running container keeps its labels, but it can tell by its name what it is for.
        engine.later(
                "rename a sandbox",
                docker -> docker.renameContainerCmd(ready.get().container())
                        .withName(name)
                        .exec());
        return ready.get();
    }

    private void refuseOthers(String image) {
        if (!ImageName.isOne(image)) {
            throw new ImageRefused("'%s' is no name of an image".formatted(image));
        }
        if (!properties.allows(image)) {
            throw new ImageRefused("this worker runs no image '%s': its operator can allow it (%sallowed-images)"
                    .formatted(image, SandboxProperties.PREFIX));
        }
    }

    private Map<String, String> labelled(Map<String, String> labels) {
        var all = new HashMap<>(labels);
        all.put(WORKER, worker);
        return ContainerSpec.labelled(all);
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

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder(
                        "millrace.sandbox.ready",
                        pool,
                        counted -> counted.counts().ready())
                .description("sandboxes that are started ahead")
                .register(registry);
        FunctionCounter.builder(
                        "millrace.sandbox.opened",
                        pool,
                        counted -> counted.counts().taken())
                .description("sandboxes opened, by whether one was ready")
                .tag("start", "warm")
                .register(registry);
        FunctionCounter.builder(
                        "millrace.sandbox.opened",
                        pool,
                        counted -> counted.counts().cold())
                .description("sandboxes opened, by whether one was ready")
                .tag("start", "cold")
                .register(registry);
    }

    Pool.Counts counts() {
        return pool.counts();
    }

    /** Lets go of the engine; sandboxes that are open then end once their worker does. */
    @Override
    public void close() {
        reaper.close();
        pool.close();
        engine.close();
    }

    private final class Ready implements Pool.Keeper<Launched> {
        @Override
        public TetheredImage look(String name) {
            return images.of(name);
        }

        @Override
        public Launched start(TetheredImage image) {
            return launcher.launch(image, ContainerName.ready(), labelled(Map.of()));
        }

        @Override
        public boolean alive(Launched ready) {
            try {
                return ready.tether().ping(AT_ONCE).compareTo(AT_ONCE) <= 0;
            } catch (SandboxUnavailable _) {
                return false;
            }
        }

        @Override
        public void end(Launched ready) {
            ready.end(engine);
        }
    }
}
