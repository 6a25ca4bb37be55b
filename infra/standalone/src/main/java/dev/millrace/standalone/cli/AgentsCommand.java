package dev.millrace.standalone.cli;

import dev.millrace.standalone.agents.AgentState;
import dev.millrace.standalone.agents.AgentState.Missing;
import dev.millrace.worker.model.upstream.Protocol;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Lists the agents that a worker on this machine has. */
@Command(
        name = "agents",
        description = {
            "Lists the agents that this machine's worker has, and what each still needs.",
            "'try' runs one on a toy repository.",
            "",
            "It reads what 'up' reads: LLM_BASE_URL and its like, MILLRACE_… variables,",
            "and after -- properties such as --millrace.worker.agent.descriptions=DIR."
        },
        mixinStandardHelpOptions = true,
        subcommands = TryCommand.class)
public final class AgentsCommand implements Callable<Integer> {

    @Option(names = "--json", description = "for programs")
    private boolean json;

    @Parameters(hidden = true)
    private String[] properties = {};

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        Surroundings.log("OFF");
        var surroundings = new Surroundings(System.getenv());
        var agents = Cast.all(surroundings, surroundings.worker(), properties);
        PrintWriter out =
                Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
        if (json) {
            out.println(new JsonMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(
                            agents.stream().map(AgentsCommand::asJson).toList()));
        } else {
            tell(agents, out);
        }
        out.flush();
        return 0;
    }

    private static void tell(List<AgentState> agents, PrintWriter out) {
        String line = "%-15s %-10s %-10s %s%n";
        out.printf(line, "AGENT", "SPEAKS", "IMAGE", "NEEDS");
        var remedies = new LinkedHashMap<String, String>();
        for (AgentState agent : agents) {
            out.printf(
                    line,
                    agent.name(),
                    agent.profile().speaks().map(Protocol::word).orElse("-"),
                    agent.image().isEmpty() ? "sandbox" : Cast.size(agent.imageBytes()),
                    agent.isReady()
                            ? "nothing more"
                            : agent.missing().stream().map(AgentsCommand::word).collect(Collectors.joining(", ")));
            agent.missing().forEach(missing -> remedies.put(missing.what(), missing.remedy()));
        }
        if (!remedies.isEmpty()) {
            out.printf("%nHow to come by%n");
            remedies.forEach((what, remedy) -> out.printf("  %s%n      %s%n", what, remedy));
        }
        out.printf("%nOne on a toy repository: ./millrace agents try NAME%n");
    }

    private static String word(Missing missing) {
        return switch (missing) {
            case AgentState.NoImage _ -> "its image";
            case AgentState.NoModel model -> "a model (%s)".formatted(model.protocol());
        };
    }

    private static Map<String, Object> asJson(AgentState agent) {
        var json = new LinkedHashMap<String, Object>();
        json.put("name", agent.name());
        json.put("about", agent.profile().about());
        json.put("file", agent.profile().file());
        json.put("speaks", agent.profile().speaks().map(Protocol::word).orElse(""));
        json.put("image", agent.image());
        json.put("imageBytes", agent.imageBytes().orElse(0));
        json.put("ready", agent.isReady());
        json.put(
                "missing",
                agent.missing().stream()
                        .map(missing -> Map.of("what", missing.what(), "remedy", missing.remedy()))
                        .toList());
        return json;
    }
}
