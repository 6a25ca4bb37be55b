package dev.millrace.standalone.cli;

import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Where tasks are, and what is wanted of them, by ingest's API. */
@Command(
        name = "tasks",
        description = {
            "Lists tasks, the newest first; its subcommands do something with them.",
            "Talks to a running Millrace with the API's token."
        },
        mixinStandardHelpOptions = true)
public final class TasksCommand implements Callable<Integer> {
    private static final int TITLE = 40;

    @Mixin
    private Ingest ingest = new Ingest();

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "for machines: what the API answers")
    private boolean json;

    @Option(names = "--repo", paramLabel = "OWNER/NAME", description = "of this repository alone")
    private @Nullable String repo;

    @Option(names = "--state", split = ",", description = "of these alone: queued, offered, running, delivering, done")
    private List<String> states = new ArrayList<>();

    @Option(names = "--limit", description = "at most so many, 1 to 500 (default: ${DEFAULT-VALUE})")
    private int limit = 50;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        var query = new StringBuilder("/api/tasks?limit=" + limit);
        if (repo != null) {
            query.append("&repo=").append(encoded(repo));
        }
        states.forEach(state -> query.append("&state=").append(encoded(state)));
        JsonNode page = ingest().call("GET", query.toString(), null);
        if (json) {
            say(page.toString());
        } else {
            page.path("tasks").forEach(this::line);
            say(page.path("tasks").isEmpty() ? "There are no such tasks." : more(page));
        }
        return 0;
    }

    @Command(name = "show", description = "all that is known of one task", mixinStandardHelpOptions = true)
    int show(@Parameters(paramLabel = "ID") String id) {
        JsonNode task = ingest().call("GET", "/api/tasks/" + encoded(id), null);
        say(
                json
                        ? task.toString()
                        : JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(task));
        return 0;
    }

    @Command(name = "cancel", description = "ends a task", mixinStandardHelpOptions = true)
    int cancel(@Parameters(paramLabel = "ID") String id) {
        return done(
                ingest().call("POST", "/api/tasks/%s/cancel".formatted(encoded(id)), null),
                "Task %s is being cancelled.".formatted(id));
    }

    @Command(name = "retry", description = "asks for an ended task anew", mixinStandardHelpOptions = true)
    int retry(@Parameters(paramLabel = "ID") String id) {
        JsonNode answer = ingest().call("POST", "/api/tasks/%s/retry".formatted(encoded(id)), null);
        return done(
                answer,
                "Task %s is tried again as %s."
                        .formatted(id, answer.path("taskId").asString()));
    }

    @Command(
            name = "pause",
            description = "lets nothing more start; what runs goes on",
            mixinStandardHelpOptions = true)
    int pause(
            @Parameters(paramLabel = "OWNER/NAME|everything") String what,
            @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "for people")
                    String reason,
            @Option(names = "--models", description = "of everything: stop all models, too") boolean models) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("reason", reason);
        if (models) {
            body.put("models", true);
        }
        return done(ingest().call("POST", pauses(what), body), "No task of %s starts any more.".formatted(what));
    }

    @Command(name = "resume", description = "takes back a pause", mixinStandardHelpOptions = true)
    int resume(@Parameters(paramLabel = "OWNER/NAME|everything") String what) {
        return done(ingest().call("DELETE", pauses(what), null), "The pause of %s is taken back.".formatted(what));
    }

    private static String pauses(String what) {
        if (what.equals("everything")) {
            return "/api/pauses/everything";
        }
        String[] parts = what.split("/", -1);
        if (parts.length != 2) {
            throw new UserError("'%s' is neither OWNER/NAME nor the word everything".formatted(what));
        }
        return "/api/pauses/%s/%s".formatted(encoded(parts[0]), encoded(parts[1]));
    }

    private int done(JsonNode answer, String words) {
        say(json ? answer.toString() : words);
        return 0;
    }

    private void line(JsonNode task) {
        String state = task.path("outcome").asString(task.path("state").asString());
        say("%-16s  %-10s  %s"
                .formatted(
                        task.path("taskId").asString(),
                        state.toLowerCase(Locale.ROOT),
                        task.path("lane").asString()));
        String title = task.path("title").asString("");
        String why = task.path("waitingFor").asString(task.path("reason").asString(""));
        String worker = task.path("worker").asString("");
        if (!title.isEmpty()) {
            say("    " + (title.length() <= TITLE ? title : title.substring(0, TITLE - 1) + "…"));
        }
        if (!why.isEmpty()) {
            say("    " + why);
        } else if (!worker.isEmpty() && !task.hasNonNull("outcome")) {
            say("    attempt %d by %s".formatted(task.path("attempt").asInt(), worker));
        }
    }

    private static String more(JsonNode page) {
        return page.hasNonNull("next") ? "There are more: --limit, --repo and --state choose." : "";
    }

    private Ingest ingest() {
        Surroundings.log(Path.of("/dev/null"), "ERROR");
        return ingest;
    }

    private void say(String line) {
        if (!line.isEmpty()) {
            PrintWriter out = Objects.requireNonNull(spec, "picocli sets it")
                    .commandLine()
                    .getOut();
            out.println(line);
            out.flush();
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
