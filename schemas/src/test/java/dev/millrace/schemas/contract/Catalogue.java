package dev.millrace.schemas.contract;

import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaUtils;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** The records that the topics hold, with their schemas as stages register them. */
public final class Catalogue {
    private Catalogue() {}

    /** Name of the record to its schema of today. */
    public static Map<String, Schema> schemas() {
        Map<String, Schema> schemas = new TreeMap<>();
        for (Topic<?> topic : new Topics("", 1).all()) {
            if (SpecificRecord.class.isAssignableFrom(topic.type())) {
                schemas.put(topic.type().getSimpleName(), registered(topic.type()));
            }
        }
        return schemas;
    }

    private static Schema registered(Class<?> type) {
        Object record = SpecificData.newInstance(type, SpecificData.get().getSchema(type));
        return AvroSchemaUtils.getSchema(record, false, false, true);
    }
}
