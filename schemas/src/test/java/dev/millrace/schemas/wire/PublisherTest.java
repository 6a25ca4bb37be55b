package dev.millrace.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.avro.AttemptEvent;
import dev.millrace.schemas.avro.Heartbeat;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.core.KafkaTemplate;

class PublisherTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
    private static final TraceParent CAUSE = new TraceParent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    private final Topics topics = new Topics("mill.", 3);
    private final Contracts contracts = new Contracts(Settings.with("mock://publisher", true));
    private final MockProducer<String, Object> broker = broker(contracts.serializer());
    private final AttemptEvent beat =
            new AttemptEvent("my-own-task", "Alice/Demo", 1, "worker-1", NOON, new Heartbeat());

    @Test
    void aRecordGoesOutWithItsKeyAndItsHeaders() {
        assertThat(publish(broker)).isNotDone();
        assertThat(broker.history()).singleElement().satisfies(sent -> {
            assertThat(sent.topic()).isEqualTo("mill.attempts");
            assertThat(sent.key()).isEqualTo("alice/demo");
            assertThat(sent.value()).isEqualTo(beat);
            assertThat(Header.all(sent.headers()))
                    .containsEntry("ce_type", "dev.millrace.AttemptEvent")
                    .containsEntry("ce_source", "/millrace/worker")
                    .containsEntry("ce_subject", "my-own-task")
                    .containsEntry("ce_time", "2026-11-01T12:00:00Z");
            assertThat(EventHeaders.traceOf(sent.headers()).traceId()).isEqualTo(CAUSE.traceId());
        });
    }

    @Test
    void itIsPublishedOnceTheBrokerHasAcknowledgedNotBefore() {
        var published = publish(broker);
        assertThat(published).isNotDone();
        broker.completeNext();
        assertThat(published)
                .succeedsWithin(LIMIT)
                .satisfies(where -> assertThat(where.topic()).isEqualTo("mill.attempts"));
    }

    @Test
    void aRefusalOfTheBrokerFailsTheFuture() {
        var published = publish(broker);
        broker.errorNext(new TimeoutException("no acknowledgement"));
        assertThat(published).failsWithin(LIMIT).withThrowableThat().withRootCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void aProducerThatThrowsFailsTheFutureToo() {
        broker.sendException = new TimeoutException("no metadata");
        assertThat(publish(broker))
                .failsWithin(LIMIT)
                .withThrowableThat()
                .withRootCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void aRegistryThatIsAwayFailsTheFutureToo() {
        Serializer<Object> registryAway = (_, _) -> {
            throw new SerializationException("no registry");
        };
        assertThat(publish(broker(registryAway)))
                .failsWithin(LIMIT)
                .withThrowableThat()
                .withRootCauseInstanceOf(SerializationException.class);
    }

    private CompletableFuture<RecordMetadata> publish(MockProducer<String, Object> to) {
        var publisher = new Publisher(new KafkaTemplate<>(() -> to), "/millrace/worker", InstantSource.fixed(NOON));
        return publisher.publish(topics.attempts(), "alice/demo", beat, beat.getTaskId(), CAUSE);
    }

    private static MockProducer<String, Object> broker(Serializer<Object> values) {
        return new MockProducer<>(false, null, new StringSerializer(), values);
    }
}
