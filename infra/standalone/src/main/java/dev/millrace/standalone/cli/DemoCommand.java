package dev.millrace.standalone.cli;

import dev.millrace.gitea.Gitea;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.standalone.allinone.Lifetime;
import dev.millrace.standalone.allinone.TemporaryDirectory;
import dev.millrace.standalone.demo.DemoStages;
import dev.millrace.standalone.demo.DemoWorld;
import dev.millrace.standalone.demo.PracticeModel;
import dev.millrace.standalone.demo.RecordedDelivery;
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
    private static final Duration TASK = Duration.ofMinutes(3);
    private static final Duration COMMENT = Duration.ofSeconds(20);
    private static final int FAILED = 1;

    @Option(names = "--exit", description = "stop everything afterwards; 0 only if the pull request is as expected")
    private boolean exit;

    @Option(
            names = "--agent",
            paramLabel = "NAME",
            description = {
                "who does it (default: script), such as openhands; it asks a scripted",
                "model in place of a provider"
            })
    private String agent = "script";

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var surroundings = new Surroundings(System.getenv());
        String image = surroundings.image();
        try (var life = new Lifetime()) {
            var directory = life.keep(new TemporaryDirectory("demo"));
            Surroundings.log(directory.resolve("millrace.log"), "OFF");
            try {
                return show(life, surroundings, image, directory);
            } catch (Exception failed) {
                directory.keep();
                throw failed;
            }
        }
    }

    private int show(Lifetime life, Surroundings surroundings, String image, TemporaryDirectory directory)
            throws IOException, InterruptedException {
        var story = new Story(out());
        Map<String, Object> settings = new HashMap<>();
        Optional<PracticeModel> model = Optional.empty();
        if (!agent.equals("script")) {
            story.cast(Cast.readyButForAModel(surroundings, agent));
            model = Optional.of(life.keep(new PracticeModel(DemoWorld.scenario())));
            story.tell("model", "scripted, at " + model.get().url());
            settings.putAll(surroundings.agents());
            settings.putAll(model.get().properties());
            settings.put("millrace.worker.agent.default", agent);
            // The scripted model can follow one conversation at a time.
            settings.put("millrace.worker.seats", "1");
        }
        story.tell("starting", "broker, practice forge, ingest, dispatch, worker, sink");
        var demo = DemoStages.start(life, directory.path(), image, DemoWorld.SCRIPT, settings);
        story.tell(
                "ready", "ingest at http://127.0.0.1:%d".formatted(demo.stages().port()));
        story.tell("", "forge at %s".formatted(demo.world().url()));

        var delivery = RecordedDelivery.read();
        var task = new TaskId(demo.door().deliver(delivery.headers(), delivery.body()));
        story.tell("webhook", "issue #%d was labelled → task %s".formatted(DemoWorld.ISSUE, task));
        var done = demo.watch().untilDone(task, TASK, story);
        boolean good = done.isPresent() && tellResult(done.get(), demo.world(), demo.gitea());
        model.ifPresent(scripted -> out().printf(
                        "steps: %d, each a record of the topic millrace.transcript; the model was asked %d times%n",
                        story.steps(), scripted.asked()));
        if (exit) {
            return good ? 0 : FAILED;
        }
        demo.world()
                .connect(URI.create("http://127.0.0.1:%d/webhooks/gitea"
                        .formatted(demo.stages().port())));
        tellWhereToLook(demo, directory.path());
        new CountDownLatch(1).await();
        return 0;
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
        return diff.contains("+++ b/" + DemoWorld.EXPECTED_FILE)
                && diff.lines().anyMatch(DemoWorld.EXPECTED_LINE::equals)
                && comment.isPresent();
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

    private void tellWhereToLook(DemoStages demo, Path directory) {
        URI forge = demo.world().url();
        out().printf(
                        """

                It stays up; Ctrl-C ends it. Look at
                  the issue    %s
                  the broker   %s, topics millrace.*
                  health       http://127.0.0.1:%d/actuator/health
                  the log      %s
                and ask the bot yourself, as alice (the agent does the same again):
                  curl -H 'Authorization: token %s' \\
                       -H 'Content-Type: application/json' \\
                       -d '{"body":"@agent-bot once more, please"}' \\
                       %s/api/v1/repos/%s/issues/1/comments
                """,
                        demo.world().issuePage(),
                        demo.broker().bootstrapServers(),
                        demo.stages().port(),
                        directory.resolve("millrace.log"),
                        demo.world().aliceToken(),
                        forge,
                        DemoWorld.REPO);
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
