package dev.millrace.standalone.cli;

import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.standalone.allinone.Door;
import dev.millrace.standalone.allinone.Lifetime;
import dev.millrace.standalone.allinone.SecretFile;
import dev.millrace.standalone.allinone.Starting;
import dev.millrace.standalone.allinone.TemporaryDirectory;
import dev.millrace.standalone.broker.EmbeddedBroker;
import dev.millrace.standalone.broker.FreePorts;
import dev.millrace.standalone.watch.TaskWatch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One task on a local repository; leaves a branch. */
@Command(
        name = "run",
        description = {
            "Does one task on a local git repository and leaves a branch",
            "millrace/<task id> in it. The work tree and other branches stay as they are.",
            "",
            "With LLM_BASE_URL, LLM_MODEL and LLM_API_KEY set, that model does it;",
            "with --script, the commands in the file."
        },
        mixinStandardHelpOptions = true)
public final class RunCommand implements Callable<Integer> {
    private static final int UNSOLVED = 1;
    private static final int LATE = 3;

    @Option(names = "--repo", required = true, paramLabel = "DIR", description = "the repository")
    private Path repository = Path.of("");

    @Option(names = "--script", paramLabel = "FILE", description = "shell script to run instead of a model")
    private @Nullable Path script;

    @Option(names = "--base", paramLabel = "BRANCH", description = "branch to start from (default: the current one)")
    private String base = "";

    @Option(
            names = "--limit",
            paramLabel = "TIME",
            description = "longest to wait, such as 30m (default: ${DEFAULT-VALUE})")
    private String limit = "1h";

    @Parameters(arity = "0..1", paramLabel = "TASK", description = "what to do, in words")
    private String task = "";

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var surroundings = new Surroundings(System.getenv());
        Duration patience = Durations.parse("--limit", limit);
        List<String> commands = commands(surroundings);
        String image = surroundings.image();
        Path git = LocalRepository.checked(repository, base);
        try (var life = new Lifetime()) {
            var directory = life.keep(new TemporaryDirectory("run"));
            Surroundings.log(directory.resolve("millrace.log"), "OFF");
            try {
                return run(
                        life, properties(surroundings, commands, image, git, directory), commands, directory, patience);
            } catch (Exception failed) {
                directory.keep();
                throw failed;
            }
        }
    }

    private int run(
            Lifetime life,
            Map<String, Object> properties,
            List<String> commands,
            TemporaryDirectory directory,
            Duration patience)
            throws IOException, InterruptedException {
        var story = new Story(out());
        String token = UUID.randomUUID().toString();
        properties.put(
                "millrace.ingest.api.token-file",
                SecretFile.write(directory.path(), "token", token).toString());
        story.tell("starting", "broker, ingest, dispatch, worker, results-sink");
        var broker = life.keep(EmbeddedBroker.start(directory.resolve("broker"), FreePorts.forBroker()));
        properties.put("millrace.kafka.bootstrap-servers", broker.bootstrapServers());
        var stages = life.keep(Starting.stages(broker, properties));
        var watch = life.keep(new TaskWatch(stages.kafka(), stages.contracts(), stages.topics()));
        var door = life.keep(new Door(stages.port()));
        story.tell("ready", "");
        var id = new TaskId(door.ask(token, request(commands)));
        story.tell("asked", "task " + id);
        return watch.untilDone(id, patience, story).map(this::tellEnd).orElseGet(() -> late(patience));
    }

    private static Map<String, Object> properties(
            Surroundings surroundings, List<String> commands, String image, Path git, TemporaryDirectory directory) {
        Map<String, Object> properties = new HashMap<>(surroundings.model());
        properties.put("server.port", "0");
        properties.put("server.address", "127.0.0.1");
        properties.put("millrace.kafka.schema-registry-url", "mock://run");
        properties.put("millrace.kafka.partitions", "1");
        properties.put(
                "millrace.dispatch.state-directory",
                directory.resolve("dispatch").toString());
        properties.put("millrace.ingest.api.requested-by", System.getProperty("user.name"));
        properties.put("millrace.worker.sandbox.image", image);
        properties.put("millrace.worker.seats", "1");
        properties.put("millrace.worker.repositories.local", git.toString());
        properties.put("millrace.worker.agent.default", commands.isEmpty() ? "builtin" : "script");
        properties.put("millrace.sink.local-repository", git.toString());
        properties.put(
                "millrace.sink.cache-directory", directory.resolve("sink").toString());
        return properties;
    }

    private Map<String, Object> request(List<String> commands) {
        Map<String, Object> request = new HashMap<>();
        request.put("repo", "local/repository");
        request.put("title", task.isBlank() ? "Run a script" : firstLine(task));
        request.put("instruction", task.isBlank() ? "Run the given script." : task);
        request.put("baseBranch", base);
        if (!commands.isEmpty()) {
            request.put("script", commands);
        }
        return request;
    }

    private int tellEnd(TaskState done) {
        out().println();
        out().println(Story.times(done));
        var delivery = done.getDelivery();
        if (delivery != null && !delivery.getBranch().isEmpty()) {
            out().printf("%nbranch %s is in %s; look at it:%n", delivery.getBranch(), repository);
            out().printf("  git -C %s log -p -1 %s%n", repository, delivery.getBranch());
            return 0;
        }
        String reason = done.getReason().isEmpty() && delivery != null ? delivery.getReason() : done.getReason();
        out().printf("%n%s: %s%n", done.getOutcome(), reason.isEmpty() ? "nothing was changed" : reason);
        return done.getOutcome() == Outcome.NO_CHANGE ? 0 : UNSOLVED;
    }

    private int late(Duration patience) {
        out().printf("not done within %s; --limit gives it more%n", patience);
        return LATE;
    }

    private List<String> commands(Surroundings surroundings) throws IOException {
        if (script != null) {
            if (!Files.isReadable(script)) {
                throw new UserError("--script: %s cannot be read".formatted(script));
            }
            return List.of(Files.readString(script, StandardCharsets.UTF_8));
        }
        if (task.isBlank()) {
            throw new UserError("say what to do: ./millrace run --repo DIR \"task\"");
        }
        if (!surroundings.hasModel()) {
            throw new UserError("no model: set LLM_BASE_URL, LLM_MODEL and LLM_API_KEY to an OpenAI-compatible"
                    + " endpoint, or give --script FILE with shell commands");
        }
        return List.of();
    }

    private static String firstLine(String text) {
        String line = text.strip().lines().findFirst().orElse("");
        return line.length() <= 100 ? line : line.substring(0, 99) + "…";
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    }
}
