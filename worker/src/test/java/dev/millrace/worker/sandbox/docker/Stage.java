package dev.millrace.worker.sandbox.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Container;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.scenario.Canaries;
import dev.millrace.worker.sandbox.scenario.Control;
import dev.millrace.worker.sandbox.scenario.Outcome;
import dev.millrace.worker.sandbox.scenario.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Where scenarios are played, on the real engine, with all controls or without some. Thread-safe. */
final class Stage implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int LONGER = 10;
    /** How long the two ends may hear nothing of each other. */
    private static final Duration SILENCE = Duration.ofSeconds(20);
    /** None kept ready, since each is used once; and small, so that what fills one up is quick and harmless. */
    private static final Map<String, String> KEYS = Map.of(
            "pool",
            "0",
            "memory",
            "128MB",
            "pids",
            "64",
            "workspace-size",
            "16MB",
            "tmp-size",
            "8MB",
            "inodes",
            "1000");

    private final Engine engine = new Engine(Duration.ofMinutes(1));
    private final String image = RealDocker.image();

    Stage() {
        Canaries.plant();
    }

    /**
     * Plays one scenario from its beginning to its end; nothing of it is left on the engine.
     *
     * @param without controls that are taken away
     * @return what was not as expected, each with what was there instead
     */
    List<String> play(Scenario scenario, Set<Control> without) {
        String worker = "scenario-" + UUID.randomUUID();
        try (ImageOfOne own = scenario.image()
                .map(script -> new ImageOfOne(engine, image, script))
                .orElse(null)) {
            var keys = new HashMap<>(KEYS);
            keys.put("image", own == null ? image : own.name());
            keys.putAll(scenario.sandbox());
            without.forEach(control -> keys.putAll(control.keys()));
            var properties = SandboxPropertiesTest.bind(keys);
            try (var sandboxes = new DockerSandboxes(
                    properties,
                    worker,
                    new Engine(properties.engineTimeout()),
                    SILENCE,
                    create -> stripped(create, without))) {
                try {
                    return new Play(scenario, without, sandboxes, worker).complaints();
                } finally {
                    sandboxes.removeLeftBy(worker);
                }
            }
        }
    }

    private static CreateContainerCmd stripped(CreateContainerCmd create, Set<Control> without) {
        without.forEach(control -> control.takeFrom(create));
        return create;
    }

    @Override
    public void close() {
        engine.close();
    }

    /** One scenario while it goes on. */
    private final class Play {
        private final Scenario scenario;
        private final Set<Control> without;
        private final DockerSandboxes sandboxes;
        private final String worker;
        private final List<String> complaints = new ArrayList<>();

        Play(Scenario scenario, Set<Control> without, DockerSandboxes sandboxes, String worker) {
            this.scenario = scenario;
            this.without = without;
            this.sandboxes = sandboxes;
            this.worker = worker;
        }

        List<String> complaints() {
            Optional<Sandbox> other = scenario.other().map(script -> prepared(open("other"), script));
            try (Sandbox sandbox = after(scenario.earlier());
                    var neighbour = scenario.neighbour() ? Neighbour.of(open("neighbour")) : null) {
                scenario.setup().ifPresent(script -> prepared(sandbox, script));
                steps(sandbox);
                if (neighbour != null) {
                    complaints.addAll(neighbour.complaints());
                }
                if (scenario.layer()) {
                    layer();
                }
                if (scenario.gone()) {
                    gone();
                }
            } finally {
                other.ifPresent(Sandbox::close);
            }
            return complaints;
        }

        private Sandbox open(String part) {
            return sandboxes.open("", Map.of("task", part));
        }

        /** The sandbox for what is tried; a fresh one, unless that was taken away. */
        private Sandbox after(Optional<String> earlier) {
            if (earlier.isEmpty()) {
                return open("scenario");
            }
            Sandbox first = prepared(open("scenario"), earlier.get());
            if (without.contains(Control.FRESH_CONTAINER)) {
                return first;
            }
            first.close();
            return open("scenario");
        }

        private void steps(Sandbox sandbox) {
            for (Scenario.Step step : scenario.steps()) {
                Duration limit =
                        without.contains(Control.TIME_LIMIT) ? step.limit().multipliedBy(LONGER) : step.limit();
                Outcome outcome = new Actions(sandbox, limit, this::inspected).take(step.action());
                step.expect().complaints(outcome).forEach(complaint -> complaints.add(complaint + "; was " + outcome));
                if (outcome.sandboxDied()) {
                    return;
                }
            }
        }

        private String inspected() {
            String id = container().orElseThrow().getId();
            return engine.ask(
                    "look at a sandbox",
                    docker -> docker.inspectContainerCmd(id).exec().toString());
        }

        private void layer() {
            Container container = container().orElseThrow();
            if (Objects.requireNonNullElse(container.getSizeRw(), 0L) > 0) {
                complaints.add("%d bytes are in the container's layer".formatted(container.getSizeRw()));
            }
        }

        private void gone() {
            try {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(10))
                        .until(() -> container().isEmpty());
            } catch (ConditionTimeoutException still) {
                complaints.add("its container is still there");
            }
        }

        private Optional<Container> container() {
            return engine
                    .ask(
                            "find a sandbox",
                            docker -> docker.listContainersCmd()
                                    .withShowAll(true)
                                    .withShowSize(true)
                                    .withLabelFilter(Map.of(
                                            ContainerSpec.LABEL_PREFIX + "worker",
                                            worker,
                                            ContainerSpec.LABEL_PREFIX + "task",
                                            "scenario"))
                                    .exec())
                    .stream()
                    .findFirst();
        }

        private Sandbox prepared(Sandbox sandbox, String script) {
            Ended ended = sandbox.run(Command.shell(script, LIMIT));
            if (!ended.succeeded()) {
                throw new IllegalStateException(
                        "%s: could not be prepared: exit %d, %s".formatted(scenario, ended.exitCode(), ended.output()));
            }
            return sandbox;
        }
    }
}
