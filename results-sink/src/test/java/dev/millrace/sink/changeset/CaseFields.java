package dev.millrace.sink.changeset;

import java.io.Reader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The fields of one mapping of a case; refuses what nobody asked for, naming the file. */
final class CaseFields {
    private final String file;
    private final Map<String, Object> values;
    private final Set<String> asked = new TreeSet<>();

    private CaseFields(String file, Map<?, ?> values) {
        this.file = file;
        this.values = new LinkedHashMap<>();
        values.forEach((key, value) -> this.values.put(String.valueOf(key), value));
    }

    static CaseFields read(String file, Reader content) {
        Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(content);
        if (read instanceof Map<?, ?> map) {
            return new CaseFields(file, map);
        }
        throw new IllegalArgumentException(file + ": a case is a mapping");
    }

    Optional<String> text(String key) {
        return value(key).map(String::valueOf);
    }

    String needed(String key) {
        return text(key).orElseThrow(() -> wrong("'%s' is missing".formatted(key)));
    }

    Optional<Long> number(String key) {
        return text(key).map(Long::valueOf);
    }

    /** One or several. */
    List<String> texts(String key) {
        return value(key)
                .map(value -> value instanceof List<?> list
                        ? list.stream().map(String::valueOf).toList()
                        : List.of(String.valueOf(value)))
                .orElse(List.of());
    }

    List<CaseFields> list(String key) {
        return value(key)
                .map(value -> value instanceof List<?> list
                        ? list.stream().map(this::nested).toList()
                        : List.of(nested(value)))
                .orElse(List.of());
    }

    Map<String, String> map(String key) {
        return value(key)
                .map(this::nested)
                .map(fields -> {
                    Map<String, String> all = new LinkedHashMap<>();
                    fields.values.forEach((name, value) -> all.put(name, String.valueOf(value)));
                    return all;
                })
                .orElse(Map.of());
    }

    IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("%s: %s".formatted(file, what));
    }

    /** To be called when all that is known was asked for. */
    void done() {
        var unknown = new TreeSet<>(values.keySet());
        unknown.removeAll(asked);
        if (!unknown.isEmpty()) {
            throw wrong("nobody knows what to do with " + unknown);
        }
    }

    private CaseFields nested(Object value) {
        if (value instanceof Map<?, ?> map) {
            return new CaseFields(file, map);
        }
        throw wrong("'%s' should be a mapping".formatted(value));
    }

    private Optional<Object> value(String key) {
        asked.add(key);
        return Optional.ofNullable(values.get(key));
    }
}
