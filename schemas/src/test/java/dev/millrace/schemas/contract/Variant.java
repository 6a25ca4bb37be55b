package dev.millrace.schemas.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.IntStream;
import org.apache.avro.Schema;

/** A record's schema as somebody else might write it. Fields are those of the record itself. */
public final class Variant {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode record;

    private Variant(ObjectNode record) {
        this.record = record;
    }

    public static Variant of(Schema schema) {
        return new Variant((ObjectNode) json(schema.toString()));
    }

    public Schema schema() {
        return new Schema.Parser().parse(record.toString());
    }

    public Variant withoutField(String name) {
        ArrayNode fields = fields();
        fields.remove(IntStream.range(0, fields.size())
                .filter(at -> name.equals(fields.get(at).get("name").asText()))
                .findFirst()
                .orElseThrow());
        return this;
    }

    /** Comes first, so that nothing holds by position alone. */
    public Variant withField(String json) {
        fields().insert(0, json(json));
        return this;
    }

    public Variant withType(String field, String json) {
        field(field).set("type", json(json));
        return this;
    }

    public Variant withDefault(String field, String json) {
        field(field).set("default", json(json));
        return this;
    }

    public Variant withoutDefault(String field) {
        field(field).remove("default");
        return this;
    }

    /** One more branch of the field's union. */
    public Variant withBranch(String field, String json) {
        ((ArrayNode) field(field).get("type")).add(json(json));
        return this;
    }

    public Variant withSymbol(String type, String symbol) {
        ((ArrayNode) named(type).get("symbols")).add(symbol);
        return this;
    }

    public Variant withoutEnumDefault(String type) {
        named(type).remove("default");
        return this;
    }

    private ArrayNode fields() {
        return (ArrayNode) record.get("fields");
    }

    private ObjectNode field(String name) {
        for (JsonNode field : fields()) {
            if (name.equals(field.get("name").asText())) {
                return (ObjectNode) field;
            }
        }
        throw new AssertionError("no field " + name);
    }

    private ObjectNode named(String type) {
        return record.findParents("symbols").stream()
                .map(ObjectNode.class::cast)
                .filter(parent -> type.equals(parent.get("name").asText()))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException broken) {
            throw new AssertionError(text, broken);
        }
    }
}
