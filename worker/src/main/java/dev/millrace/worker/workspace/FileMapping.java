package dev.millrace.worker.workspace;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** One mapping of a {@link RepositoryFile}, whose values are of the kinds that it asks for, or refused by their line. */
final class FileMapping {
    private static final int MOST_COMMANDS = 20;
    private static final int LONGEST_COMMAND = 8 << 10;
    private static final Pattern TIME = Pattern.compile("([1-9][0-9]{0,5})([smh])");

    private final Map<String, Node> values;

    private FileMapping(Map<String, Node> values) {
        this.values = values;
    }

    /**
     * Takes the mapping apart.
     *
     * @param within what people call the mapping, up to and with a dot; empty for the whole file
     * @param notes gets one for each key that is not known
     */
    static FileMapping of(Node node, String within, List<String> known, List<String> notes) {
        if (!(node instanceof MappingNode mapping)) {
            throw RepositoryFile.refused(node.getStartMark(), "this is no mapping: write 'key: value'");
        }
        var values = new HashMap<String, Node>();
        for (NodeTuple pair : mapping.getValue()) {
            Node key = pair.getKeyNode();
            if (!(key instanceof ScalarNode name)) {
                throw RepositoryFile.refused(key.getStartMark(), "a key must be a word");
            }
            if (!known.contains(name.getValue())) {
                notes.add("%s, line %d: '%s%s' is no key that this worker knows"
                        .formatted(
                                RepositorySettings.FILE,
                                RepositoryFile.line(key.getStartMark()),
                                within,
                                RawPath.of(name.getValue().getBytes(UTF_8)).shown()));
            } else if (values.put(name.getValue(), pair.getValueNode()) != null) {
                throw RepositoryFile.refused(
                        key.getStartMark(), "'%s%s' comes twice: remove one".formatted(within, name.getValue()));
            }
        }
        return new FileMapping(values);
    }

    /** Null where there is none. */
    @Nullable
    Node value(String key) {
        return values.get(key);
    }

    /** A short text that matches; empty where there is none. */
    String word(String key, Pattern shape, String remedy) {
        Node value = values.get(key);
        if (value == null) {
            return "";
        }
        if (isText(value) && shape.matcher(((ScalarNode) value).getValue()).matches()) {
            return ((ScalarNode) value).getValue();
        }
        throw RepositoryFile.refused(value.getStartMark(), remedy);
    }

    /** Text of several lines; empty where there is none. */
    String text(String key, int longest) {
        Node value = values.get(key);
        return value == null
                ? ""
                : text(value, longest, "write text of at most %d bytes after '%s:'".formatted(longest, key));
    }

    /** One command, or a list of them. */
    List<String> commands(String key) {
        Node value = values.get(key);
        String remedy = "write shell commands after '%s:', at most %d of at most %d bytes; quote what YAML takes for"
                        .formatted(key, MOST_COMMANDS, LONGEST_COMMAND)
                + " something else";
        return switch (value) {
            case null -> List.of();
            case SequenceNode list
            when list.getValue().size() <= MOST_COMMANDS -> {
                var commands = new ArrayList<String>();
                list.getValue().forEach(command -> commands.add(text(command, LONGEST_COMMAND, remedy)));
                yield commands;
            }
            case ScalarNode command -> List.of(text(command, LONGEST_COMMAND, remedy));
            default -> throw RepositoryFile.refused(value.getStartMark(), remedy);
        };
    }

    /** Null where there is none. */
    @Nullable
    Integer number(String key, int least, int most) {
        Node value = values.get(key);
        if (value == null) {
            return null;
        }
        if (value instanceof ScalarNode scalar && scalar.getValue().matches("[0-9]{1,6}")) {
            int number = Integer.parseInt(scalar.getValue());
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw RepositoryFile.refused(
                value.getStartMark(), "write a number from %d to %d after '%s:'".formatted(least, most, key));
    }

    /** Null where there is none. */
    @Nullable
    Duration time(String key) {
        Node value = values.get(key);
        if (value == null) {
            return null;
        }
        Matcher time = TIME.matcher(value instanceof ScalarNode scalar ? scalar.getValue() : "");
        if (!time.matches()) {
            throw RepositoryFile.refused(
                    value.getStartMark(), "write a time such as '90s', '20m' or '1h' after '%s:'".formatted(key));
        }
        long count = Long.parseLong(time.group(1));
        return switch (time.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
    }

    private static String text(Node value, int longest, String remedy) {
        if (isText(value)) {
            String text = ((ScalarNode) value).getValue();
            if (!text.isBlank() && text.indexOf('\0') < 0 && text.getBytes(UTF_8).length <= longest) {
                return text;
            }
        }
        throw RepositoryFile.refused(value.getStartMark(), remedy);
    }

    private static boolean isText(Node value) {
        return value instanceof ScalarNode && value.getTag().equals(Tag.STR);
    }
}
