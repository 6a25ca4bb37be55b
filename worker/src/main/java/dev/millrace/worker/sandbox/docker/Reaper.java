package dev.millrace.worker.sandbox.docker;

import com.github.dockerjava.api.model.Container;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what no sandbox's own end took with it, whichever worker made it: containers that were created and never
 * started, or ended and stayed; and tethered images that are of no use any more.
 */
final class Reaper implements AutoCloseable {
    /** A container that does not run for so long is nobody's. Measured here: the engine's clock may be another. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);
    private static final Duration BETWEEN = Duration.ofSeconds(20);
    private static final Duration BETWEEN_IMAGES = Duration.ofMinutes(5);
    private static final Set<String> NOT_RUNNING = Set.of("created", "exited", "dead");

    private final Engine engine;
    private final TetheredImages images;
    private final InstantSource clock;
    private final Thread thread;
    private Map<String, Instant> seen = Map.of();
    private Instant imagesAfter = Instant.MIN;
    private boolean complained;

    Reaper(Engine engine, TetheredImages images, InstantSource clock) {
        this.engine = engine;
        this.images = images;
        this.clock = clock;
        thread = Thread.ofVirtual().name("sandbox-reaper").unstarted(this::work);
    }

    void start() {
        thread.start();
    }

    private void work() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                passOrComplain();
                Thread.sleep(BETWEEN);
            }
        } catch (InterruptedException _) {
            // It was closed.
        }
    }

    private void passOrComplain() {
        try {
            pass();
            complained = false;
        } catch (SandboxUnavailable failed) {
            if (!complained && !Thread.currentThread().isInterrupted()) {
                LOG.warn("Nothing is tidied up on the Docker engine meanwhile: {}", failed.getMessage());
                complained = true;
            }
        }
    }

    /** For one thread at a time. */
    void pass() {
        removeContainers();
        if (!clock.instant().isBefore(imagesAfter)) {
            images.removeStale(clock.instant());
            imagesAfter = clock.instant().plus(BETWEEN_IMAGES);
        }
    }

    private void removeContainers() {
        List<Container> idle = engine.ask(
                "list sandboxes",
                docker -> docker.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(Set.of(ContainerSpec.SANDBOX))
                        .withStatusFilter(NOT_RUNNING)
                        .exec());
        Instant now = clock.instant();
        var still = new HashMap<String, Instant>();
        for (Container container : idle) {
            still.put(container.getId(), seen.getOrDefault(container.getId(), now));
        }
        for (String container : new HashSet<>(still.keySet())) {
            if (!still.getOrDefault(container, now).plus(PATIENCE).isAfter(now)) {
                LOG.info("Removing container {}, which nobody started or took away", container);
                engine.remove(container);
            }
        }
        seen = still;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
