package dev.millrace.worker.agent.described;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A value in a description's file that knows where it stands, so that what is wrong with it can be found. */
record Entry(String file, String name, Node node) {

    /** The values of a mapping whose keys anybody may choose, in order. */
    Map<String, Entry> values() {
        if (!(node instanceof MappingNode mapping)) {
            throw refused("'%s' must be a mapping".formatted(name));
        }
        var values = new LinkedHashMap<String, Entry>();
        for (NodeTuple tuple : mapping.getValue()) {
            var key = new Entry(file, name, tuple.getKeyNode());
            if (values.put(key.text(), new Entry(file, key.text(), tuple.getValueNode())) != null) {
                throw key.refused("'%s' is there twice".formatted(key.text()));
            }
        }
        return values;
    }

    /** The values of a mapping that has these keys and no others. */
    Map<String, Entry> fields(Set<String> known) {
        Map<String, Entry> fields = values();
        fields.forEach((key, value) -> {
            if (!known.contains(key)) {
                throw value.refused(
                        "there is no '%s' here, but: %s".formatted(key, String.join(", ", new TreeSet<>(known))));
            }
        });
        return fields;
    }

    /** The values of a list. */
    List<Entry> items() {
        if (!(node instanceof SequenceNode sequence)) {
            throw refused("'%s' must be a list".formatted(name));
        }
        var items = new ArrayList<Entry>();
        for (Node item : sequence.getValue()) {
            items.add(new Entry(file, name, item));
        }
        return items;
    }

    /** A list of texts. */
    List<String> texts() {
        return items().stream().map(Entry::text).toList();
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    /** A scalar as it was written, whatever type YAML would give it. */
    String text() {
        if (!(node instanceof ScalarNode scalar)) {
            throw refused("'%s' must be a text".formatted(name));
        }
        return scalar.getValue();
    }

    /** One of an enum's constants, written in lower case with hyphens. */
    <E extends Enum<E>> E word(Class<E> type) {
        var words = new ArrayList<String>();
        for (E constant : type.getEnumConstants()) {
            String word = constant.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
            if (word.equals(text())) {
                return constant;
            }
            words.add(word);
        }
        throw refused("'%s' must be one of %s, not '%s'".formatted(name, String.join(", ", words), text()));
    }

    /** Reads something out of this that may not be understood. */
    <T> T read(Reading<T> reading) {
        try {
            return reading.from(text());
        } catch (IllegalArgumentException notUnderstood) {
            throw refused("'%s': %s".formatted(name, notUnderstood.getMessage()));
        }
    }

    /** Its name, read as a path. */
    JsonPath namedPath() {
        try {
            return JsonPath.parse(name);
        } catch (IllegalArgumentException notUnderstood) {
            throw refused(String.valueOf(notUnderstood.getMessage()));
        }
    }

    DescriptionRefused refused(String reason) {
        return new DescriptionRefused(file, node.getStartMark().getLine() + 1, reason);
    }

    /** Makes something of a text, or throws {@link IllegalArgumentException}. */
    interface Reading<T> {
        T from(String text);
    }
}
