package dev.millrace.schemas.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** Makes generated records with every field set to something that is not its default. */
final class Filled {
    private static final Instant MOMENT = Instant.parse("2026-11-01T12:00:00.001Z");

    private final int branch;
    private int next = 1;

    private Filled(int branch) {
        this.branch = branch;
    }

    /** One record for every branch of the widest union in it. */
    static <V extends SpecificRecord> List<V> records(Class<V> type) {
        Schema schema = SpecificData.get().getSchema(type);
        return IntStream.range(0, widest(schema))
                .mapToObj(branch -> type.cast(new Filled(branch).record(schema)))
                .toList();
    }

    private static int widest(Schema record) {
        return record.getFields().stream()
                .map(Schema.Field::schema)
                .filter(Schema::isUnion)
                .mapToInt(union -> branches(union).size())
                .max()
                .orElse(1);
    }

    private static List<Schema> branches(Schema union) {
        return union.getTypes().stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .toList();
    }

    private SpecificRecord record(Schema schema) {
        var record = (SpecificRecord) SpecificData.get().newRecord(null, schema);
        for (Schema.Field field : schema.getFields()) {
            record.put(field.pos(), value(field.name(), field.schema()));
        }
        return record;
    }

    private Object value(String name, Schema schema) {
        return switch (schema.getType()) {
            case RECORD -> record(schema);
            case ENUM ->
                SpecificData.get()
                        .createEnum(
                                schema.getEnumSymbols().stream()
                                        .filter(symbol -> !symbol.equals(schema.getEnumDefault()))
                                        .toList()
                                        .getLast(),
                                schema);
            case ARRAY ->
                new ArrayList<>(List.of(value(name, schema.getElementType()), value(name, schema.getElementType())));
            case UNION ->
                value(name, branches(schema).get(branch % branches(schema).size()));
            case STRING -> "%s %d – ä😀".formatted(name, next++);
            case BYTES -> ByteBuffer.wrap((name + next++).getBytes(StandardCharsets.UTF_8));
            case INT -> next++;
            case LONG ->
                schema.getLogicalType() instanceof LogicalTypes.TimestampMillis
                        ? MOMENT.plusMillis(next++)
                        : (Object) (4_000_000_000L + next++);
            case BOOLEAN -> true;
            case MAP, FIXED, FLOAT, DOUBLE, NULL ->
                throw new AssertionError("no record had a %s yet: say here how to fill one".formatted(schema));
        };
    }
}
