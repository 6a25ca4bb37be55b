package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.e2e.Wire.Heard;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TriggerKind;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a stage cannot use is set aside with its bytes and why, and holds nothing up. */
@ExtendWith(SharedWorld.class)
class DeadLettersIT {
    private static final Duration SHORTLY = Duration.ofSeconds(30);
    private static final byte[] NO_AVRO = "not a record".getBytes(StandardCharsets.UTF_8);
    /** Confluent's wire format, of a schema that no registry knows. */
    private static final byte[] UNKNOWN_SCHEMA = {0, 0, 0x7f, 0, 1, 2, 3};

    private final World world;
    private final KafkaProducer<String, byte[]> producer;

    DeadLettersIT(World world) {
        this.world = world;
        this.producer = new KafkaProducer<>(
                world.stages().kafka().producer(), new StringSerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void close() {
        producer.close(SHORTLY);
    }

    /** The topics that stages read, and who has to set aside what is unreadable there. */
    enum Read {
        REQUESTS("requests", "/millrace/dispatch"),
        CONTROLS("controls", "/millrace/dispatch"),
        ATTEMPTS("attempts", "/millrace/dispatch"),
        DELIVERIES("deliveries", "/millrace/dispatch"),
        WORK("work", "/millrace/worker"),
        OUTCOMES("outcomes", "/millrace/results-sink"),
        TASKS("tasks", "/millrace/results-sink");

        private final String topic;
        private final String stage;

        Read(String topic, String stage) {
            this.topic = topic;
            this.stage = stage;
        }

        Topic<?> of(Topics topics) {
            return topics.all().stream()
                    .filter(it -> it.name().endsWith("." + topic))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @ParameterizedTest
    @EnumSource
    void unreadableBytesAreSetAsideAndGoodRecordsBehindThemGoThrough(Read read) throws Exception {
        Topic<?> topic = read.of(world.topics());
        for (var partition : producer.partitionsFor(topic.name())) {
            for (byte[] bytes : List.of(NO_AVRO, UNKNOWN_SCHEMA)) {
                var record = new ProducerRecord<>(topic.name(), partition.partition(), "some/key", bytes);
                record.headers().add("theirs", "kept".getBytes(StandardCharsets.UTF_8));
                var written = producer.send(record).get(SHORTLY.toSeconds(), TimeUnit.SECONDS);
                var letter = awaitLetter(written);

                assertThat(letter.record().value()).isEqualTo(bytes);
                assertThat(letter.record().key()).isEqualTo("some/key");
                assertThat(letter.header("theirs")).isEqualTo("kept");
                assertThat(letter.header("millrace_dead_letter_stage")).isEqualTo(read.stage);
                assertThat(letter.header("millrace_dead_letter_reason")).isNotBlank();
                assertThat(Instant.parse(letter.header("millrace_dead_letter_at")))
                        .isBeforeOrEqualTo(Instant.now());
            }
        }

        var task = world.ask(world.newIssue("Behind poison on " + topic), "echo good > good.txt");
        assertThat(world.wire().awaitDone(task).getOutcome()).isEqualTo(Outcome.SOLVED);
    }

    @Test
    void aRequestUnderAnotherRepositorysKeyIsSetAsideWithTheRightKeyNamed() throws Exception {
        var request = TaskRequest.newBuilder()
                .setTaskId("under-a-wrong-key")
                .setRepo(World.REPO.toString())
                .setTrigger(TriggerKind.API)
                .setRequestedBy("somebody")
                .setRequestedAt(Instant.EPOCH)
                .setInstruction("Nothing.")
                .build();
        String topic = world.topics().requests().name();
        byte[] bytes;
        try (var serializer = world.stages().contracts().serializer()) {
            bytes = Objects.requireNonNull(serializer.serialize(topic, request));
        }
        var written = producer.send(new ProducerRecord<>(topic, "somebody/else", bytes))
                .get(SHORTLY.toSeconds(), TimeUnit.SECONDS);

        var letter = awaitLetter(written);

        assertThat(letter.header("millrace_dead_letter_reason"))
                .contains(World.REPO.toString(), "must be '%s'".formatted(World.REPO.key()));
        assertThat(letter.record().value()).isEqualTo(bytes);
    }

    private Heard awaitLetter(RecordMetadata of) {
        Map<String, String> place = Map.of(
                "millrace_dead_letter_topic", of.topic(),
                "millrace_dead_letter_partition", Integer.toString(of.partition()),
                "millrace_dead_letter_offset", Long.toString(of.offset()));
        return await("a dead letter from " + of)
                .atMost(SHORTLY)
                .until(
                        () -> world.wire().on(world.topics().deadLetters()).stream()
                                .filter(letter -> place.entrySet().stream()
                                        .allMatch(
                                                it -> letter.header(it.getKey()).equals(it.getValue())))
                                .toList(),
                        letters -> letters.size() == 1)
                .getFirst();
    }
}
