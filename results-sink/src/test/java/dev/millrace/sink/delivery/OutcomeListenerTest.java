package dev.millrace.sink.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.topic.BrokerUnavailable;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import dev.millrace.schemas.wire.EventHeaders;
import dev.millrace.schemas.wire.KafkaProperties;
import dev.millrace.schemas.wire.Publisher;
import dev.millrace.schemas.wire.TraceParent;
import dev.millrace.sink.FakeGitea;
import dev.millrace.sink.Outcomes;
import dev.millrace.sink.changeset.ChangesetJudge;
import dev.millrace.sink.changeset.ChangesetProperties;
import dev.millrace.sink.secret.Secrets;
import dev.millrace.sink.stream.Decoder;
import dev.millrace.sink.stream.Poison;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.mock.MockProducerFactory;

class OutcomeListenerTest {
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final Topics topics = new Topics("", 1);
    private final Contracts contracts = new Contracts(new KafkaProperties(
            "localhost:1", "mock://outcomes", "", 1, (short) 1, true, Duration.ofSeconds(1), Map.of()));
    private MockProducer<String, Object> producer = producer(true);
    private final InstantSource clock = InstantSource.fixed(Outcomes.ENDED);

    private MockProducer<String, Object> producer(boolean acknowledging) {
        return new MockProducer<>(acknowledging, null, new StringSerializer(), contracts.serializer());
    }

    private OutcomeListener listener() {
        var text = new ProposalText("noreply.example.org", new Secrets(List.of(), true));
        var limits = new Binder(new MapConfigurationPropertySource(Map.of()))
                .bindOrCreate("millrace.sink.changeset", ChangesetProperties.class);
        var deliverer = new Deliverer(
                _ -> Optional.empty(),
                new ChangesetJudge(limits, new Secrets(List.of(), true)),
                new GiteaTarget(
                        new FakeGitea(Path.of("unused")),
                        new GitTransfer(Optional.empty(), Duration.ofSeconds(1)),
                        new Mirrors(Path.of("unused"))),
                new BotCommit("Millrace", "millrace@example.org", text),
                text,
                Path.of("unused"),
                clock);
        return new OutcomeListener(
                new Decoder<>(contracts.deserializer(topics.outcomes())),
                deliverer,
                new Publisher(
                        new KafkaTemplate<>(new MockProducerFactory<>(() -> producer)),
                        "/millrace/results-sink",
                        clock),
                topics.deliveries(),
                clock,
                Duration.ofSeconds(1));
    }

    private ConsumerRecord<String, byte[]> record(byte[] value) {
        var record = new ConsumerRecord<>("outcomes", 0, 5, "acme/app", value);
        record.headers().add(TraceParent.HEADER, TRACE.getBytes(StandardCharsets.UTF_8));
        return record;
    }

    private ConsumerRecord<String, byte[]> unsolved() {
        var outcome =
                Outcomes.ended(Outcome.UNSOLVED, "", null).setRepo("Acme/App").build();
        return record(contracts.serializer().serialize("outcomes", outcome));
    }

    @Test
    void anOutcomeIsAnsweredByItsDeliveryOfTheSameTrace() {
        listener().handle(unsolved());

        var sent = producer.history().getFirst();
        assertThat(sent.topic()).isEqualTo("deliveries");
        assertThat(sent.key()).isEqualTo("acme/app");
        assertThat(sent.value()).isInstanceOfSatisfying(Delivery.class, delivery -> {
            assertThat(delivery.getTaskId()).isEqualTo("task-0000001");
            assertThat(delivery.getOutcome()).isEqualTo(Outcome.UNSOLVED);
        });
        assertThat(EventHeaders.traceOf(sent.headers()).traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    }

    @Test
    void anOutcomeIsNotDoneWithBeforeTheBrokerHasItsDelivery() {
        producer = producer(false);

        assertThatThrownBy(() -> listener().handle(unsolved())).isInstanceOf(BrokerUnavailable.class);
        assertThat(producer.history()).hasSize(1);
    }

    @Test
    void whatIsNoOutcomeIsPoison() {
        var record = record(new byte[] {1, 2, 3});

        assertThatThrownBy(() -> listener().handle(record)).isInstanceOf(Poison.class);
        listener().giveUp(record, new Poison("x", new IllegalStateException()));
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void anOutcomeThatCannotBeReadStillFreesItsLane() {
        var record = record(new byte[] {1, 2, 3});
        record.headers().add("ce_subject", "task-0000001".getBytes(StandardCharsets.UTF_8));

        listener().giveUp(record, new Poison("x", new IllegalStateException()));

        var sent = producer.history().getFirst();
        assertThat(sent.key()).isEqualTo("acme/app");
        assertThat(sent.value()).isInstanceOfSatisfying(Delivery.class, delivery -> {
            assertThat(delivery.getTaskId()).isEqualTo("task-0000001");
            assertThat(delivery.getOutcome()).isEqualTo(Outcome.BROKEN);
            assertThat(delivery.getReason()).contains("dead-letters");
        });
    }

    @Test
    void whatIsGivenUpStillFreesItsLane() {
        listener().giveUp(unsolved(), new IllegalStateException("a bug of ours"));

        assertThat(producer.history().getFirst().value()).isInstanceOfSatisfying(Delivery.class, delivery -> {
            assertThat(delivery.getOutcome()).isEqualTo(Outcome.BROKEN);
            assertThat(delivery.getReason()).contains("dead-letters");
        });
    }
}
