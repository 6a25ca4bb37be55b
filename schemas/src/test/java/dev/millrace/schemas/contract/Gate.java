package dev.millrace.schemas.contract;

import io.confluent.kafka.schemaregistry.CompatibilityLevel;
import io.confluent.kafka.schemaregistry.SimpleParsedSchemaHolder;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/** Tells how today's schemas break the promise of {@code FULL_TRANSITIVE} compatibility with what was released. */
final class Gate {
    private Gate() {}

    /**
     * Every breach, for a person; none where every reader of any release can read every writer of any other.
     *
     * @param today name of the record to its schema; those that were never released are free
     */
    static List<String> breaches(Map<String, Schema> today, List<Released> releases) {
        List<String> breaches = new ArrayList<>();
        for (Released released : releases) {
            released.schemas().forEach((name, then) -> {
                String where = "%s of contract %d".formatted(name, released.version());
                Schema now = today.get(name);
                if (now == null) {
                    breaches.add(where + " has vanished; records of it are out there: keep its topic");
                    return;
                }
                between(then, now).forEach(breach -> breaches.add("%s: %s".formatted(where, breach)));
            });
        }
        return breaches;
    }

    private static List<String> between(Schema then, Schema now) {
        var holder = new SimpleParsedSchemaHolder(new AvroSchema(then));
        List<String> breaches =
                new ArrayList<>(new AvroSchema(now).isCompatible(CompatibilityLevel.FULL_TRANSITIVE, List.of(holder)));
        breaches.addAll(new Meaning().changes(then, now));
        return breaches;
    }
}
