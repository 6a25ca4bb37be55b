package dev.millrace.worker.agent.described;

import dev.millrace.worker.agent.described.Description.Input;
import dev.millrace.worker.model.upstream.Protocol;
import java.io.StringReader;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** Reads an agent's file. */
final class DescriptionReader {
    static final Set<String> FIELDS = Set.of(
            "about", "needs", "protocol", "prompt", "command", "environment", "transcript", "steps", "ends", "grace");
    static final Set<String> TRANSCRIPT = Set.of("format", "file", "list", "directory", "files");

    /** What a command and its environment may name. */
    static final Set<String> PLACES = Set.of("prompt", "prompt-file", "model", "steps");

    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration LONGEST_GRACE = Duration.ofMinutes(5);

    private DescriptionReader() {}

    /** Formats of transcripts. */
    enum Format {
        TEXT,
        JSON_LINES,
        JSON_FILE,
        JSON_FILES
    }

    /**
     * @param file as people find it, for errors
     * @throws DescriptionRefused if it cannot be used
     */
    static Description read(String name, String file, String yaml) {
        Node root;
        try {
            root = new Yaml(new SafeConstructor(new LoaderOptions())).compose(new StringReader(yaml));
        } catch (MarkedYAMLException broken) {
            throw new DescriptionRefused(file, broken.getProblemMark().getLine() + 1, broken.getProblem());
        }
        if (root == null) {
            throw new DescriptionRefused(file, 1, "there is nothing in it");
        }
        var entry = new Entry(file, "the description", root);
        return read(name, new Required(entry, entry.fields(FIELDS)));
    }

    private static Description read(String name, Required fields) {
        Input prompt = fields.get("prompt").word(Input.class);
        List<Template> command = fields.get("command").items().stream()
                .map(DescriptionReader::filled)
                .toList();
        if (command.isEmpty()) {
            throw fields.get("command").refused("'command' needs a program");
        }
        Map<String, Template> environment = new LinkedHashMap<>();
        if (fields.all().containsKey("environment")) {
            fields.get("environment").values().forEach((key, value) -> environment.put(key, filled(value)));
        }
        promptIsUsed(prompt, command, environment, fields.get("prompt"));
        return new Description(
                name,
                fields.entry().file(),
                fields.get("about").text(),
                fields.get("needs").items().stream()
                        .map(DescriptionReader::path)
                        .toList(),
                fields.get("protocol").word(Protocol.class),
                prompt,
                command,
                environment,
                source(fields.get("transcript")),
                fields.get("steps").items().stream().map(RuleReader::step).toList(),
                fields.get("ends").items().stream().map(RuleReader::end).toList(),
                fields.all().containsKey("grace") ? grace(fields.get("grace")) : GRACE);
    }

    private static void promptIsUsed(
            Input prompt, List<Template> command, Map<String, Template> environment, Entry entry) {
        String place = switch (prompt) {
            case FILE -> "prompt-file";
            case ARGUMENT -> "prompt";
            case STDIN -> "";
        };
        boolean used = place.isEmpty()
                || command.stream().anyMatch(part -> part.places().contains(place))
                || environment.values().stream().anyMatch(part -> part.places().contains(place));
        if (!used) {
            throw entry.refused("nothing in 'command' or 'environment' says {%s}".formatted(place));
        }
    }

    private static Template filled(Entry entry) {
        Template template = entry.read(Template::parse);
        for (String place : template.places()) {
            if (!PLACES.contains(place)) {
                throw entry.refused("{%s} is none of {prompt}, {prompt-file}, {model}, {steps}".formatted(place));
            }
        }
        return template;
    }

    private static String path(Entry entry) {
        String path = entry.text();
        if (!path.startsWith("/")) {
            throw entry.refused("'%s' must begin with a slash: it is a file in the image".formatted(path));
        }
        return path;
    }

    private static Source source(Entry entry) {
        var fields = new Required(entry, entry.fields(TRANSCRIPT));
        Format format = fields.get("format").word(Format.class);
        Set<String> others = switch (format) {
            case TEXT, JSON_LINES -> Set.of("format");
            case JSON_FILE -> Set.of("format", "file", "list");
            case JSON_FILES -> Set.of("format", "directory", "files");
        };
        entry.fields(others);
        return switch (format) {
            case TEXT -> new Source.Text();
            case JSON_LINES -> new Source.JsonLines();
            case JSON_FILE ->
                new Source.JsonFile(path(fields.get("file")), fields.get("list").read(JsonPath::parse));
            case JSON_FILES -> new Source.JsonFiles(path(fields.get("directory")), numbered(fields.get("files")));
        };
    }

    private static Pattern numbered(Entry entry) {
        try {
            Pattern pattern = Pattern.compile(entry.text());
            if (pattern.matcher("").groupCount() != 1) {
                throw entry.refused("'files' needs one group, around the number: (\\d+)");
            }
            return pattern;
        } catch (PatternSyntaxException wrong) {
            throw entry.refused("'files' is no regular expression: " + wrong.getDescription());
        }
    }

    private static Duration grace(Entry entry) {
        try {
            Duration grace = Duration.parse("PT" + entry.text());
            if (!grace.isNegative() && grace.compareTo(LONGEST_GRACE) <= 0) {
                return grace;
            }
        } catch (DateTimeParseException notUnderstood) {
            throw entry.refused("'grace' must be a time such as 10s, not '%s'".formatted(entry.text()));
        }
        throw entry.refused("'grace' must be between 0s and 5m");
    }

    /** Fields, of which some have to be there. */
    record Required(Entry entry, Map<String, Entry> all) {
        Entry get(String field) {
            Entry found = all.get(field);
            if (found == null) {
                throw entry.refused("%s has no '%s'".formatted(entry.name(), field));
            }
            return found;
        }
    }
}
