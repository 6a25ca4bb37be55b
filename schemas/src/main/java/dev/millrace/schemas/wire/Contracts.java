package dev.millrace.schemas.wire;

import dev.millrace.schemas.topic.Topic;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
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
        // Readers must see the fields and defaults of this build's schema, whatever the writer's was.
        settings.put("use.latest.version", !kafka.registerSchemas());
        settings.put("latest.compatibility.strict", false);
    }

    /** Writes any generated record; thread-safe. */
    public Serializer<Object> serializer() {
        var serializer = new KafkaAvroSerializer();
        serializer.configure(settings, false);
        return serializer;
    }

    /** Reads the records of one topic; one per consumer. */
    @SuppressWarnings("unchecked") // the wire carries Object; the class check below makes it V
    public <V extends SpecificRecord> Deserializer<V> deserializer(Topic<V> topic) {
        var inner = new KafkaAvroDeserializer();
        inner.configure(settings, false);
        return new Deserializer<>() {
            @Override
            public V deserialize(String name, byte[] bytes) {
                return (V) typed(name, inner.deserialize(name, bytes));
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
