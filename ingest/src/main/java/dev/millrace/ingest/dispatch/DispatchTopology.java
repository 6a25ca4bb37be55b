package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.topic.Layout;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/** requests, controls, attempts and deliveries in; work, tasks and outcomes out; one processor in between. */
final class DispatchTopology {
    private static final String PROCESSOR = "dispatch";

    private DispatchTopology() {}

    static Topology of(
            Topics topics, Contracts contracts, DispatchProperties properties, Home home, Refusals refusals) {
        var topology = new Topology();
        source(topology, topics.requests(), contracts);
        source(topology, topics.controls(), contracts);
        source(topology, topics.attempts(), contracts);
        source(topology, topics.deliveries(), contracts);
        topology.addProcessor(
                PROCESSOR,
                () -> new DispatchProcessor(properties, home, refusals),
                topics.requests().name(),
                topics.controls().name(),
                topics.attempts().name(),
                topics.deliveries().name());
        store(
                topology,
                DispatchProcessor.STORE,
                contracts.serde(topics.tasks()),
                topics.tasks().layout());
        store(
                topology,
                Controls.PAUSES,
                contracts.serde(topics.controls()),
                topics.controls().layout());
        store(topology, Controls.HEARD, Serdes.Long(), topics.controls().layout());
        sink(topology, DispatchProcessor.WORK, topics.work(), contracts);
        sink(topology, DispatchProcessor.TASKS, topics.tasks(), contracts);
        sink(topology, DispatchProcessor.OUTCOMES, topics.outcomes(), contracts);
        sink(topology, DispatchProcessor.REQUESTS, topics.requests(), contracts);
        sink(topology, DispatchProcessor.CONTROLS, topics.controls(), contracts);
        topology.addSink(
                DispatchProcessor.EVERYWHERE,
                topics.controls().name(),
                new StringSerializer(),
                contracts.serializer(),
                (_, _, _, partitions) -> Home.everywhere(partitions),
                PROCESSOR);
        return topology;
    }

    /** In memory: what lies on a disk would only have to be cleared away. */
    private static <V> void store(Topology topology, String name, Serde<V> values, Layout like) {
        topology.addStateStore(
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), values)
                        .withLoggingEnabled(Map.of(
                                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                Long.toString(like.maxRecord().toBytes()))),
                PROCESSOR);
    }

    private static <V extends SpecificRecord> void source(Topology topology, Topic<V> topic, Contracts contracts) {
        topology.addSource(topic.name(), new StringDeserializer(), contracts.deserializer(topic), topic.name());
    }

    private static <V extends SpecificRecord> void sink(
            Topology topology, String name, Topic<V> topic, Contracts contracts) {
        Serializer<Object> values = contracts.serializer();
        topology.addSink(name, topic.name(), new StringSerializer(), values, PROCESSOR);
    }
}
