package dev.millrace.standalone.cli;

import dev.millrace.schemas.avro.TaskState;
import dev.millrace.standalone.agents.AgentState;
import dev.millrace.standalone.agents.ToyRepository;
import dev.millrace.standalone.allinone.Lifetime;
import dev.millrace.standalone.allinone.TemporaryDirectory;
import dev.millrace.standalone.demo.PracticeModel;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
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

/** One agent, on a toy repository. */
@Command(
        name = "try",
        description = {
            "Runs one agent on a toy repository with a bug, and shows its steps and the",
            "difference that it made. It asks the model that is configured (LLM_BASE_URL",
            "and its like); where none speaks its protocol, a scripted one."
        },
        mixinStandardHelpOptions = true)
public final class TryCommand implements Callable<Integer> {
    private static final int UNSOLVED = 1;

    @Parameters(index = "0", paramLabel = "NAME", description = "of the agent")
    private String agent = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "TASK", description = "what to do, in place of the usual")
    private String task = ToyRepository.TASK;

    @Option(names = "--scripted", description = "ask the scripted model, whatever is configured")
    private boolean scripted;

    @Option(
            names = "--limit",
            paramLabel = "TIME",
            description = "longest to wait, such as 30m (default: ${DEFAULT-VALUE})")
    private String limit = "10m";

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var surroundings = new Surroundings(System.getenv());
        Duration patience = Durations.parse("--limit", limit);
        try (var life = new Lifetime()) {
            var directory = life.keep(new TemporaryDirectory("try"));
            Surroundings.log(directory.resolve("millrace.log"), "OFF");
            try {
                return run(life, surroundings, directory, patience);
            } catch (Exception failed) {
                directory.keep();
                throw failed;
            }
        }
    }

    private int run(Lifetime life, Surroundings surroundings, TemporaryDirectory directory, Duration patience)
            throws Exception {
        AgentState chosen = Cast.readyButForAModel(surroundings, agent);
        var story = new Story(out());
        story.cast(chosen);
        Map<String, Object> settings = new HashMap<>(surroundings.worker());
        settings.putAll(model(life, chosen, story));
        var toy = ToyRepository.in(directory.resolve("toy"));
        // The script agent asks nobody.
        List<String> script = agent.equals("script") ? ToyRepository.SCRIPT : List.of();
        return new LocalRun(toy.directory(), "", "Mend the calculator", task, agent, script)
                .run(life, directory, settings, patience, story)
                .map(done -> tellEnd(done, toy))
                .orElseThrow(() -> new UserError("not done within %s; --limit gives it more".formatted(patience)));
    }

    private Map<String, Object> model(Lifetime life, AgentState chosen, Story story) {
        if (chosen.profile().speaks().isEmpty()) {
            return Map.of();
        }
        if (!scripted && chosen.isReady()) {
            story.tell("model", "as configured");
            return Map.of();
        }
        var model = life.keep(new PracticeModel(ToyRepository.scenario()));
        story.tell("model", "scripted, at " + model.url());
        return model.properties();
    }

    private int tellEnd(TaskState done, ToyRepository toy) {
        out().println();
        out().println(Story.times(done));
        out().println();
        var delivery = done.getDelivery();
        if (delivery == null || delivery.getBranch().isEmpty()) {
            out().printf("%s: %s%n", done.getOutcome(), Story.reason(done));
            return UNSOLVED;
        }
        out().print(toy.diff(delivery.getBranch()));
        out().flush();
        return 0;
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    }
}
