package dev.millrace.schemas.contract;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * Finds what Avro lets pass although the same bytes would come to mean something else: another unit of time, text for
 * bytes, another default. Also an enum that loses its default, after which no symbol could ever be added.
 */
final class Meaning {
    private final Set<String> seen = new HashSet<>();

    List<String> changes(Schema then, Schema now) {
        List<String> changes = new ArrayList<>();
        compare(then.getName(), then, now, changes);
        return changes;
    }

    private void compare(String where, Schema then, Schema now, List<String> changes) {
        if (!kind(then).equals(kind(now))) {
            changes.add("%s was %s and is %s".formatted(where, kind(then), kind(now)));
            return;
        }
        switch (then.getType()) {
            case RECORD -> {
                if (seen.add(then.getFullName())) {
                    fields(then, now, changes);
                }
            }
            case ENUM -> {
                if (!Objects.equals(then.getEnumDefault(), now.getEnumDefault())) {
                    changes.add("%s had the default %s and has %s"
                            .formatted(then.getName(), then.getEnumDefault(), now.getEnumDefault()));
                }
            }
            case ARRAY -> compare(where + "[]", then.getElementType(), now.getElementType(), changes);
            case MAP -> compare(where + "{}", then.getValueType(), now.getValueType(), changes);
            case UNION -> {
                for (int branch = 0; branch < then.getTypes().size(); branch++) {
                    compare(where, then.getTypes().get(branch), now.getTypes().get(branch), changes);
                }
            }
            case FIXED, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> {}
        }
    }

    private void fields(Schema then, Schema now, List<String> changes) {
        for (Schema.Field before : then.getFields()) {
            Schema.Field after = now.getField(before.name());
            if (after == null) {
                continue;
            }
            String where = "%s.%s".formatted(then.getName(), before.name());
            if (before.hasDefaultValue()
                    && after.hasDefaultValue()
                    && !Objects.equals(before.defaultVal(), after.defaultVal())) {
                changes.add(
                        "%s had the default %s and has %s".formatted(where, before.defaultVal(), after.defaultVal()));
            }
            compare(where, before.schema(), after.schema(), changes);
        }
    }

    /** What makes two schemas the same kind of thing, whatever is inside. */
    private static String kind(Schema schema) {
        String type = switch (schema.getType()) {
            case UNION ->
                "one of " + schema.getTypes().stream().map(Meaning::kind).toList();
            case RECORD, ENUM, FIXED -> schema.getFullName();
            case ARRAY, MAP, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL ->
                schema.getType().getName();
        };
        return schema.getLogicalType() == null
                ? type
                : type + " as " + schema.getLogicalType().getName();
    }
}
