package dev.millrace.scripted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Scenarios as people write them, in YAML or JSON. */
public final class ScenarioFile {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> SCENARIO = Set.of("turns", "otherwise", "side", "repeats");
    private static final Set<String> TURN = Set.of("when", "times", "say", "shell", "call", "finish", "fail", "usage");
    private static final Set<String> FAILURE = Set.of("status", "headers", "message", "body", "error-in-200");
    private static final String OVERFLOW =
            "This model's maximum context length is 8192 tokens. Please reduce the length of the messages.";

    private ScenarioFile() {}

    /**
     * Reads a scenario.
     *
     * @throws IllegalArgumentException if it is none, with the place and the remedy
     */
    public static Scenario read(Path file) throws IOException {
        return parse(Files.readString(file), file.toString());
    }

    /**
     * Reads a scenario's text.
     *
     * @param named for messages
     */
    static Scenario parse(String text, String named) {
        JsonNode root;
        try {
            root = JSON.valueToTree(new Yaml(new SafeConstructor(new LoaderOptions())).load(text));
        } catch (YAMLException broken) {
            throw new IllegalArgumentException("%s is not YAML: %s".formatted(named, broken.getMessage()), broken);
        }
        known(root, SCENARIO, named);
        var turns = new ArrayList<Turn>();
        for (JsonNode turn : root.path("turns")) {
            turns.add(turn(turn, "%s: turns[%d]".formatted(named, turns.size())));
        }
        Scenario plain = Scenario.of(turns.toArray(Turn[]::new));
        return new Scenario(
                turns,
                root.has("otherwise") ? turn(root.path("otherwise"), named + ": otherwise") : plain.otherwise(),
                root.has("side") ? turn(root.path("side"), named + ": side") : null,
                root.path("repeats").asBoolean(false));
    }

    private static Turn turn(JsonNode turn, String at) {
        known(turn, TURN, at);
        var calls = new ArrayList<Call>();
        for (JsonNode command : list(turn.path("shell"))) {
            calls.add(new Call.Shell(command.asString()));
        }
        for (JsonNode call : list(turn.path("call"))) {
            known(call, Set.of("tool", "arguments"), at + ".call");
            JsonNode arguments = call.path("arguments");
            calls.add(new Call.Tool(
                    call.path("tool").asString(""),
                    arguments.isString() ? arguments.asString() : arguments.toString()));
        }
        if (turn.has("finish")) {
            calls.add(new Call.Finish(turn.path("finish").asString()));
        }
        Failure failure = turn.has("fail") ? failure(turn.path("fail"), at + ".fail") : null;
        String say = turn.path("say").asString("");
        if (say.isEmpty() && calls.isEmpty() && failure == null) {
            throw new IllegalArgumentException(at + " says nothing: it needs say, shell, call, finish or fail");
        }
        return new Turn(pattern(turn, at), turn.path("times").asInt(1), say, calls, failure, counts(turn, at));
    }

    private static @Nullable Pattern pattern(JsonNode turn, String at) {
        try {
            return turn.has("when") ? Pattern.compile(turn.path("when").asString()) : null;
        } catch (PatternSyntaxException broken) {
            throw new IllegalArgumentException(
                    at + ".when is no regular expression: " + broken.getDescription(), broken);
        }
    }

    private static Counts counts(JsonNode turn, String at) {
        JsonNode usage = turn.path("usage");
        if (usage.isMissingNode()) {
            return Counts.USUAL;
        }
        if (usage.asString("").equals("none")) {
            return Counts.UNTOLD;
        }
        known(usage, Set.of("in", "out", "cached"), at + ".usage");
        return new Counts(
                usage.path("in").asLong(0),
                usage.path("out").asLong(0),
                usage.path("cached").asLong(0),
                true);
    }

    private static Failure failure(JsonNode fail, String at) {
        if (fail.isString()) {
            if (fail.asString().equals("context-overflow")) {
                return new Failure.Status(400, Map.of(), OVERFLOW);
            }
            for (Failure.Midway midway : Failure.Midway.values()) {
                if (word(midway).equals(fail.asString())) {
                    return midway;
                }
            }
            throw new IllegalArgumentException("%s: there is no failure '%s'; there are context-overflow, %s"
                    .formatted(at, fail.asString(), String.join(", ", words())));
        }
        known(fail, FAILURE, at);
        if (fail.has("error-in-200")) {
            return new Failure.ErrorInside(fail.path("error-in-200").asString());
        }
        var headers = new HashMap<String, String>();
        fail.path("headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asString()));
        int status = fail.path("status").asInt(500);
        return fail.has("body")
                ? new Failure.Raw(status, headers, fail.path("body").asString())
                : new Failure.Status(status, headers, fail.path("message").asString("as the scenario says"));
    }

    private static List<String> words() {
        return List.of(Failure.Midway.values()).stream().map(ScenarioFile::word).toList();
    }

    private static String word(Failure.Midway midway) {
        return midway.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** One, several, or none. */
    private static Iterable<JsonNode> list(JsonNode node) {
        return node.isMissingNode() ? List.of() : node.isArray() ? node : List.of(node);
    }

    private static void known(JsonNode object, Set<String> keys, String at) {
        if (!object.isObject()) {
            throw new IllegalArgumentException("%s must have some of the keys %s"
                    .formatted(at, keys.stream().sorted().toList()));
        }
        for (String key : object.propertyNames()) {
            if (!keys.contains(key)) {
                throw new IllegalArgumentException("%s: there is no key '%s'; there are %s"
                        .formatted(at, key, keys.stream().sorted().toList()));
            }
        }
    }
}
