package dev.millrace.schemas.wire;

import dev.millrace.schemas.topic.Topic;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.nio.BufferUnderflowException;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/** Serializers and deserializers of Millrace's records, in Confluent's wire format through the configured registry. */
public final class Contracts {
    static {
        TrustedRecords.trust();
    }

    private final Map<String, Object> settings;

    public Contracts(KafkaProperties kafka) {
        settings = new HashMap<>(kafka.properties());
        settings.put("schema.registry.url", kafka.schemaRegistryUrl());
        settings.put("auto.register.schemas", kafka.registerSchemas());
        settings.put("specific.avro.reader", true);
        // Records are written with the schema of this build, never with a newer one that the registry may hold already.
        settings.put("use.latest.version", false);
        // What is registered is the contract as released, without notes to Avro's Java code generator.
        settings.put("avro.remove.java.properties", true);
    }

    /** Writes any generated record; thread-safe. */
    public Serializer<Object> serializer() {
        var serializer = new KafkaAvroSerializer();
        serializer.configure(settings, false);
        return serializer;
    }

    /**
     * Reads the records of one topic; one per consumer. Throws {@link WrongRecord} for a record of another topic, and a
     * SerializationException for whatever else is no record.
     */
    @SuppressWarnings("unchecked") // the wire carries Object; the class check below makes it V
    public <V extends SpecificRecord> Deserializer<V> deserializer(Topic<V> topic) {
        var inner = new KafkaAvroDeserializer();
        inner.configure(settings, false);
        return new Deserializer<>() {
            @Override
            public V deserialize(String name, byte[] bytes) {
                return (V) typed(name, read(name, bytes));
            }

            private Object read(String name, byte[] bytes) {
                try {
                    return inner.deserialize(name, bytes);
                } catch (BufferUnderflowException cutOff) {
                    throw new SerializationException(
                            "%s holds a record too short to name its schema".formatted(name), cutOff);
                }
            }

            private Object typed(String name, Object read) {
                if (read != null && !topic.type().isInstance(read)) {
                    throw new WrongRecord("%s holds %s where %s belongs"
                            .formatted(
                                    name,
                                    read.getClass().getName(),
                                    topic.type().getName()));
                }
                return read;
            }

            @Override
            public void close() {
                inner.close();
            }
        };
    }

    @SuppressWarnings("unchecked")
    public <V extends SpecificRecord> Serde<V> serde(Topic<V> topic) {
        return Serdes.serdeFrom((Serializer<V>) (Serializer<?>) serializer(), deserializer(topic));
    }
}
