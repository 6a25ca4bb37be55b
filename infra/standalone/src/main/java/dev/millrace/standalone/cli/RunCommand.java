package dev.millrace.standalone.cli;

import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.standalone.allinone.Lifetime;
import dev.millrace.standalone.allinone.TemporaryDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
            "With LLM_BASE_URL, LLM_MODEL and LLM_API_KEY set, that model does it, by the",
            "agent that --agent names; with --script, the commands in the file."
        },
        mixinStandardHelpOptions = true)
public final class RunCommand implements Callable<Integer> {
    private static final int UNSOLVED = 1;
    private static final int LATE = 3;

    @Option(names = "--repo", required = true, paramLabel = "DIR", description = "the repository")
    private Path repository = Path.of("");

    @Option(names = "--script", paramLabel = "FILE", description = "shell script to run instead of a model")
    private @Nullable Path script;

    @Option(
            names = "--agent",
            paramLabel = "NAME",
            description = "who does it (default: builtin); ./millrace agents lists them")
    private String agent = "";

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
        List<String> commands = script == null ? List.of() : List.of(read(script));
        if (commands.isEmpty() && task.isBlank()) {
            throw new UserError("say what to do: ./millrace run --repo DIR \"task\"");
        }
        if (script != null && !agent.isEmpty()) {
            throw new UserError("--agent and --script are two ways to say who does it: keep one");
        }
        if (script == null && agent.isEmpty() && !surroundings.hasModel()) {
            throw new UserError("no model: set LLM_BASE_URL, LLM_MODEL and LLM_API_KEY to an OpenAI-compatible"
                    + " endpoint, or give --script FILE with shell commands");
        }
        Map<String, Object> settings = surroundings.worker();
        Path git = LocalRepository.checked(repository, base);
        try (var life = new Lifetime()) {
            var directory = life.keep(new TemporaryDirectory("run"));
            Surroundings.log(directory.resolve("millrace.log"), "OFF");
            try {
                if (!agent.isEmpty()) {
                    Cast.ready(surroundings, agent);
                }
                return run(git, commands)
                        .run(life, directory, settings, patience, new Story(out()))
                        .map(this::tellEnd)
                        .orElseGet(() -> late(patience));
            } catch (Exception failed) {
                directory.keep();
                throw failed;
            }
        }
    }

    private LocalRun run(Path git, List<String> commands) {
        if (commands.isEmpty()) {
            return new LocalRun(git, base, firstLine(task), task, agent.isEmpty() ? "builtin" : agent, commands);
        }
        return task.isBlank()
                ? new LocalRun(git, base, "Run a script", "Run the given script.", "script", commands)
                : new LocalRun(git, base, firstLine(task), task, "script", commands);
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
        out().printf("%n%s: %s%n", done.getOutcome(), Story.reason(done));
        return done.getOutcome() == Outcome.NO_CHANGE ? 0 : UNSOLVED;
    }

    private int late(Duration patience) {
        out().printf("not done within %s; --limit gives it more%n", patience);
        return LATE;
    }

    private static String firstLine(String text) {
        String line = text.strip().lines().findFirst().orElse("");
        return line.length() <= 100 ? line : line.substring(0, 99) + "…";
    }

    private static String read(Path script) throws IOException {
        if (!Files.isReadable(script)) {
            throw new UserError("--script: %s cannot be read".formatted(script));
        }
        return Files.readString(script, StandardCharsets.UTF_8);
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    }
}
