package dev.millrace.worker.sandbox.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.boot.convert.DurationStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** One mapping in a file. What nobody asked for by the time it is {@linkplain #done} is refused, with its line. */
final class Fields {
    private final String file;
    private final Node mapping;
    private final Map<String, Node> left = new LinkedHashMap<>();

    Fields(String file, Node node) {
        this.file = file;
        mapping = node;
        if (!(node instanceof MappingNode fields)) {
            throw wrong(node, "here must be keys with values");
        }
        fields.getValue().forEach(field -> {
            String key = scalar(field.getKeyNode());
            if (left.put(key, field.getValueNode()) != null) {
                throw wrong(field.getKeyNode(), "'" + key + "' is there twice");
            }
        });
    }

    Optional<String> text(String key) {
        return take(key, this::scalar);
    }

    String needed(String key) {
        return text(key).orElseThrow(() -> wrong(mapping, "'" + key + "' is missing"));
    }

    Optional<Integer> number(String key) {
        return take(key, node -> parsed(node, "a number", Integer::valueOf));
    }

    Optional<Duration> duration(String key) {
        return take(key, node -> parsed(node, "a duration such as 20s", DurationStyle::detectAndParse));
    }

    /** Whether the key is there; its value can only be one word, which reads well in the file. */
    boolean flag(String key, String word) {
        return take(key, node -> {
                    if (!scalar(node).equals(word)) {
                        throw wrong(node, "'%s' can only be '%s'".formatted(key, word));
                    }
                    return true;
                })
                .orElse(false);
    }

    <T> Optional<T> as(String key, String kind, Function<String, T> parser) {
        return take(key, node -> parsed(node, kind, parser));
    }

    /** Several values, or one without brackets. */
    <T> List<T> all(String key, String kind, Function<String, T> parser) {
        return nodes(key).stream().map(node -> parsed(node, kind, parser)).toList();
    }

    List<String> texts(String key) {
        return all(key, "text", Function.identity());
    }

    Optional<Fields> fields(String key) {
        return take(key, node -> new Fields(file, node));
    }

    /** A list of mappings. */
    List<Fields> list(String key) {
        return nodes(key).stream().map(node -> new Fields(file, node)).toList();
    }

    /** All that is left, as names and values. */
    Map<String, String> rest() {
        var rest = new LinkedHashMap<String, String>();
        left.forEach((key, node) -> rest.put(key, scalar(node)));
        left.clear();
        return rest;
    }

    <T> T done(T made) {
        left.forEach((key, node) -> {
            throw wrong(node, "nothing is called '" + key + "' here");
        });
        return made;
    }

    IllegalArgumentException wrong(String why) {
        return wrong(mapping, why);
    }

    private List<Node> nodes(String key) {
        Node node = left.remove(key);
        return switch (node) {
            case null -> List.of();
            case SequenceNode sequence -> new ArrayList<>(sequence.getValue());
            default -> List.of(node);
        };
    }

    private <T> Optional<T> take(String key, Function<Node, T> reader) {
        return Optional.ofNullable(left.remove(key)).map(reader);
    }

    private <T> T parsed(Node node, String kind, Function<String, T> parser) {
        String text = scalar(node);
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException unreadable) {
            throw wrong(node, "'%s' is not %s".formatted(text, kind));
        }
    }

    private String scalar(Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw wrong(node, "here must be one value");
    }

    private IllegalArgumentException wrong(Node node, String why) {
        int line = node.getStartMark().getLine() + 1;
        return new IllegalArgumentException("%s:%d: %s".formatted(file, line, why));
    }
}
