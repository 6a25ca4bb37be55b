package dev.millrace.standalone.cli;

import dev.millrace.gitea.Gitea;
import dev.millrace.gitea.GiteaClient;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.standalone.allinone.AllInOne;
import dev.millrace.standalone.broker.EmbeddedBroker;
import dev.millrace.standalone.broker.FreePorts;
import dev.millrace.standalone.demo.DemoWorld;
import dev.millrace.standalone.demo.RecordedDelivery;
import dev.millrace.standalone.watch.TaskWatch;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The whole way on one machine: a recorded delivery becomes a pull request in the practice forge. */
@Command(
        name = "demo",
        description = {
            "Shows the whole way: a recorded Gitea delivery becomes a pull request",
            "in a small practice forge, with a real broker and a real sandbox."
        },
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    private static final Duration BROKER = Duration.ofSeconds(60);
    private static final Duration TASK = Duration.ofMinutes(3);
    private static final Duration COMMENT = Duration.ofSeconds(20);
    private static final int FAILED = 1;

    @Option(names = "--exit", description = "stop everything afterwards; 0 only if the pull request is as expected")
    private boolean exit;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        String image = new Surroundings(System.getenv()).image();
        Path directory = Directories.temporary("demo");
        Surroundings.log(directory.resolve("millrace.log"), "ERROR");
        try {
            return show(image, directory);
        } finally {
            Directories.remove(directory);
        }
    }

    private int show(String image, Path directory) throws IOException, InterruptedException {
        var story = new Story(out());
        story.tell("starting", "broker, practice forge, ingest, dispatch, worker, sink");
        try (var broker = EmbeddedBroker.start(directory.resolve("broker"), FreePorts.forBroker());
                var world = DemoWorld.start(directory.resolve("forge"))) {
            var properties = properties(image, directory, broker, world);
            broker.awaitReady(BROKER);
            story.tell("broker", "ready at " + broker.bootstrapServers());
            try (var stages = AllInOne.start(properties);
                    var watch = new TaskWatch(stages.kafka(), stages.contracts(), stages.topics());
                    var door = new Door(stages.port());
                    var gitea = GiteaClient.connect(world.url(), world.botToken(), Duration.ofSeconds(10))) {
                story.tell("ready", "ingest at http://127.0.0.1:%d, forge at %s".formatted(stages.port(), world.url()));
                var delivery = RecordedDelivery.read();
                var task = new TaskId(door.deliver(delivery.headers(), delivery.body()));
                story.tell("webhook", "issue #%d was labelled → task %s".formatted(DemoWorld.ISSUE, task));
                var done = watch.untilDone(task, TASK, story);
                boolean good = done.isPresent() && tellResult(done.get(), world, gitea);
                if (exit) {
                    return good ? 0 : FAILED;
                }
                world.connect(URI.create("http://127.0.0.1:%d/webhooks/gitea".formatted(stages.port())));
                tellWhereToLook(world, stages, broker, directory);
                new CountDownLatch(1).await();
                return 0;
            }
        }
    }

    private static Map<String, Object> properties(
            String image, Path directory, EmbeddedBroker broker, DemoWorld world) {
        Map<String, Object> properties = new HashMap<>();
        String token = Directories.secret(directory, "token", world.botToken()).toString();
        properties.put("server.port", "0");
        properties.put("server.address", "127.0.0.1");
        properties.put("millrace.kafka.bootstrap-servers", broker.bootstrapServers());
        properties.put("millrace.kafka.schema-registry-url", "mock://demo");
        properties.put("millrace.kafka.partitions", "2");
        properties.put("millrace.gitea.url", world.url().toString());
        properties.put("millrace.gitea.token-file", token);
        properties.put(
                "millrace.dispatch.state-directory",
                directory.resolve("dispatch").toString());
        properties.put(
                "millrace.ingest.webhook.secret-file",
                Directories.secret(directory, "secret", DemoWorld.WEBHOOK_SECRET)
                        .toString());
        properties.put("millrace.worker.sandbox.image", image);
        properties.put("millrace.worker.repositories.url", world.url().toString());
        properties.put(
                "millrace.worker.repositories.cache",
                directory.resolve("mirrors").toString());
        properties.put("millrace.worker.agent.default", "script");
        for (int line = 0; line < DemoWorld.SCRIPT.size(); line++) {
            properties.put("millrace.worker.agent.script[%d]".formatted(line), DemoWorld.SCRIPT.get(line));
        }
        properties.put(
                "millrace.sink.cache-directory", directory.resolve("sink").toString());
        return properties;
    }

    private boolean tellResult(TaskState done, DemoWorld world, Gitea gitea) throws IOException, InterruptedException {
        out().println();
        out().println(Story.times(done));
        var delivery = done.getDelivery();
        if (delivery == null || delivery.getPullRequest() == 0) {
            out().printf("%nno pull request: %s %s%n", done.getOutcome(), done.getReason());
            return false;
        }
        URI page = world.url().resolve("/%s/pulls/%d".formatted(DemoWorld.REPO, delivery.getPullRequest()));
        var comment = finalComment(gitea, done.getTaskId(), delivery.getPullRequest());
        comment.ifPresent(it ->
                out().printf("%ncomment: %s%n", it.body().lines().findFirst().orElse("")));
        String diff = get(URI.create(page + ".diff"));
        out().printf("%n%s%n", diff.stripTrailing());
        out().printf("%npull request: %s%n", page);
        return diff.contains("+++ b/" + DemoWorld.EXPECTED_FILE) && comment.isPresent();
    }

    /** The comment is written from the task's last state, a moment after everyone else has heard of it. */
    private static Optional<Gitea.Comment> finalComment(Gitea gitea, String task, long pull)
            throws InterruptedException {
        long deadline = System.nanoTime() + COMMENT.toNanos();
        while (System.nanoTime() < deadline) {
            var comment = gitea.comments(DemoWorld.REPO, DemoWorld.ISSUE).stream()
                    .filter(it -> it.body().contains("millrace:task=" + task)
                            && it.body().contains("#" + pull))
                    .findFirst();
            if (comment.isPresent()) {
                return comment;
            }
            Thread.sleep(100);
        }
        return Optional.empty();
    }

    private void tellWhereToLook(DemoWorld world, AllInOne stages, EmbeddedBroker broker, Path directory) {
        out().printf(
                        """

                It stays up; Ctrl-C ends it. Look at
                  the issue      %s
                  the broker     %s, topics millrace.*
                  health         http://127.0.0.1:%d/actuator/health
                  the log        %s
                """,
                        world.issuePage(), broker.bootstrapServers(), stages.port(), directory.resolve("millrace.log"));
        out().flush();
    }

    private static String get(URI address) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(
                    HttpRequest.newBuilder(address)
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("%s answered %d".formatted(address, answer.statusCode()));
            }
            return answer.body();
        }
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    }
}
