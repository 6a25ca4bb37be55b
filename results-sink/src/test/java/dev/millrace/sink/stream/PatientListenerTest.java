package dev.millrace.sink.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gitea.ForgeUnavailable;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.DeadLetters;
import dev.millrace.sink.stream.PatientListener.Selection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.listener.ConsumerSeekAware;

class PatientListenerTest {
    private static final TopicPartition ONE = new TopicPartition("t", 0);
    private static final TopicPartition TWO = new TopicPartition("t", 1);

    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final List<String> handled = new ArrayList<>();
    private final List<String> givenUp = new ArrayList<>();
    private final Map<String, RuntimeException> failing = new HashMap<>();
    private final List<String> pauses = new ArrayList<>();
    private final List<Duration> waits = new ArrayList<>();
    private final List<Runnable> then = new ArrayList<>();
    private final List<String> seeks = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-01T10:00:00Z");

    @BeforeEach
    void assign() {
        consumer.assign(List.of(ONE, TWO));
        consumer.updateBeginningOffsets(Map.of(ONE, 0L, TWO, 0L));
        consumer.seek(ONE, 100);
        consumer.seek(TWO, 100);
    }

    private PatientListener listener(Selection selection) {
        var handler = new PatientListener.Handler() {
            @Override
            public void handle(ConsumerRecord<String, byte[]> record) {
                String value = new String(record.value(), StandardCharsets.UTF_8);
                var failure = failing.get(value);
                if (failure != null) {
                    throw failure;
                }
                handled.add(value);
            }

            @Override
            public void giveUp(ConsumerRecord<String, byte[]> record, RuntimeException why) {
                givenUp.add(new String(record.value(), StandardCharsets.UTF_8));
            }
        };
        return new PatientListener(
                handler,
                selection,
                new RetryProperties(Duration.ofSeconds(1), Duration.ofSeconds(30), 3, Duration.ofHours(1)),
                new DeadLetters(
                        producer,
                        new Topics("", 1).deadLetters(),
                        "/test",
                        InstantSource.fixed(Instant.EPOCH),
                        Duration.ofSeconds(1)),
                new PatientListener.Waits() {
                    @Override
                    public void pause(TopicPartition partition, Duration time) {
                        pauses.add(partition + " " + time);
                    }

                    @Override
                    public void later(Duration time, Runnable what) {
                        waits.add(time);
                        then.add(what);
                    }
                },
                () -> now);
    }

    private static ConsumerRecord<String, byte[]> record(
            TopicPartition partition, long offset, String key, String value) {
        return new ConsumerRecord<>(
                partition.topic(), partition.partition(), offset, key, value.getBytes(StandardCharsets.UTF_8));
    }

    private Map<TopicPartition, OffsetAndMetadata> committed() {
        return consumer.committed(Set.of(ONE, TWO));
    }

    @Test
    void whatWasHandledIsCommitted() {
        listener(Selection.ALL)
                .onMessage(
                        List.of(record(ONE, 10, "k", "a"), record(ONE, 12, "k", "b"), record(TWO, 5, "k", "c")),
                        null,
                        consumer);

        assertThat(handled).containsExactly("a", "b", "c");
        assertThat(committed()).isEqualTo(Map.of(ONE, new OffsetAndMetadata(13), TWO, new OffsetAndMetadata(6)));
        assertThat(pauses).isEmpty();
    }

    @Nested
    class WhereTheForgeIsAwayForOne {
        private final PatientListener listener = listener(Selection.ALL);
        private final List<ConsumerRecord<String, byte[]>> all = List.of(
                record(ONE, 10, "k", "a"),
                record(ONE, 11, "k", "b"),
                record(ONE, 12, "k", "c"),
                record(ONE, 13, "other", "d"),
                record(TWO, 5, "k2", "e"));

        @BeforeEach
        void beAway() {
            assigned(listener);
            failing.put("b", new ForgeUnavailable("away"));
            listener.onMessage(all, null, consumer);
        }

        @Test
        void onlyItsKeyWaitsAndTheOthersGoOn() {
            assertThat(handled).containsExactly("a", "d", "e");
            assertThat(committed()).isEqualTo(Map.of(ONE, new OffsetAndMetadata(11), TWO, new OffsetAndMetadata(6)));
            assertThat(waits).containsExactly(Duration.ofSeconds(1));
            assertThat(pauses).isEmpty();
        }

        @Test
        void itIsReadAgainFromThereAndNothingElseIsDoneTwice() {
            failing.clear();
            wait(Duration.ofSeconds(1));

            assertThat(seeks).containsExactly("t-0@11");
            listener.onMessage(all.subList(1, 4), null, consumer);

            assertThat(handled).containsExactly("a", "d", "e", "b", "c");
            assertThat(committed()).containsEntry(ONE, new OffsetAndMetadata(14));
        }

        @Test
        void whatComesLaterOfItsKeyStaysBehind() {
            failing.clear();
            now = now.plusSeconds(1);

            listener.onMessage(List.of(record(ONE, 14, "k", "f"), record(ONE, 15, "other", "g")), null, consumer);

            assertThat(handled).containsExactly("a", "d", "e", "g");
            listener.onMessage(all.subList(1, 4), null, consumer);
            listener.onMessage(List.of(record(ONE, 14, "k", "f")), null, consumer);
            assertThat(handled).containsExactly("a", "d", "e", "g", "b", "c", "f");
            assertThat(committed()).containsEntry(ONE, new OffsetAndMetadata(16));
        }

        @Test
        void whatIsFarAheadWaitsToo() {
            for (int i = 0; i < 2_100; i++) {
                listener.onMessage(List.of(record(ONE, 14 + i, "x" + i, "x")), null, consumer);
            }

            assertThat(pauses).isNotEmpty().allMatch(pause -> pause.startsWith("t-0 "));
        }

        @Test
        void anotherConsumerOfThePartitionBeginsWhereItWasCommitted() {
            listener.onPartitionsRevoked(List.of(ONE));
            wait(Duration.ofSeconds(1));

            assertThat(seeks).isEmpty();
        }

        private void wait(Duration time) {
            now = now.plus(time);
            List<Runnable> due = List.copyOf(then);
            then.clear();
            due.forEach(Runnable::run);
        }
    }

    private void assigned(PatientListener listener) {
        var callback = new ConsumerSeekAware.ConsumerSeekCallback() {
            @Override
            public void seek(String topic, int partition, long offset) {
                seeks.add("%s-%d@%d".formatted(topic, partition, offset));
            }

            @Override
            public void seek(String topic, int partition, Function<Long, Long> offset) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void seekToBeginning(String topic, int partition) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void seekToEnd(String topic, int partition) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void seekRelative(String topic, int partition, long offset, boolean toCurrent) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void seekToTimestamp(String topic, int partition, long timestamp) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void seekToTimestamp(Collection<TopicPartition> partitions, long timestamp) {
                throw new UnsupportedOperationException();
            }

            @Override
            public String getGroupId() {
                return "test";
            }
        };
        listener.registerSeekCallback(callback);
        listener.onPartitionsAssigned(Map.of(ONE, 0L, TWO, 0L), callback);
    }

    @Test
    void whatIsAwayIsWaitedForButNeverLongAtATime() {
        failing.put("a", new UncheckedIOException(new IOException("disk full")));
        var listener = listener(Selection.ALL);
        List<Duration> between = new ArrayList<>();

        for (int i = 0; i < 50; i++) {
            listener.onMessage(List.of(old(10, "a", now)), null, consumer);
            between.add(waits.getLast());
            now = now.plus(waits.getLast());
            then.removeLast().run();
        }

        assertThat(between)
                .startsWith(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4))
                .endsWith(Duration.ofSeconds(30));
        assertThat(givenUp).isEmpty();
    }

    @Test
    void whatIsAwayForTooLongIsSetAside() {
        failing.put("a", new ForgeUnavailable("away"));
        var listener = listener(Selection.ALL);
        Instant written = now.minus(Duration.ofMinutes(61));

        for (int i = 0; i < 3; i++) {
            assertThat(givenUp).as("try %d", i).isEmpty();
            listener.onMessage(List.of(old(10, "a", written)), null, consumer);
            now = now.plusSeconds(30);
        }

        assertThat(givenUp).containsExactly("a");
        assertThat(producer.history()).hasSize(1);
        assertThat(committed()).containsEntry(ONE, new OffsetAndMetadata(11));
    }

    private static ConsumerRecord<String, byte[]> old(long offset, String value, Instant written) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return new ConsumerRecord<>(
                ONE.topic(),
                ONE.partition(),
                offset,
                written.toEpochMilli(),
                TimestampType.CREATE_TIME,
                1,
                bytes.length,
                "k",
                bytes,
                new RecordHeaders(),
                Optional.empty());
    }

    @Test
    void successForgetsTheTrouble() {
        failing.put("a", new ForgeUnavailable("away"));
        var listener = listener(Selection.ALL);
        listener.onMessage(List.of(record(ONE, 10, "k", "a")), null, consumer);
        now = now.plusSeconds(1);
        then.removeLast().run();
        failing.clear();
        listener.onMessage(List.of(record(ONE, 10, "k", "a")), null, consumer);
        failing.put("b", new ForgeUnavailable("away"));
        listener.onMessage(List.of(record(ONE, 11, "k", "b")), null, consumer);

        assertThat(waits).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1));
    }

    @Test
    void poisonIsSetAsideAtOnceAsItCameAndTheStreamGoesOn() {
        failing.put("bad", new Poison("not a record of t", new IllegalStateException("magic byte")));
        var bad = record(ONE, 10, "k", "bad");
        bad.headers().add("ce_id", "1".getBytes(StandardCharsets.UTF_8));

        listener(Selection.ALL).onMessage(List.of(bad, record(ONE, 11, "k", "good")), null, consumer);

        assertThat(handled).containsExactly("good");
        assertThat(committed()).containsEntry(ONE, new OffsetAndMetadata(12));
        var letter = producer.history().getFirst();
        assertThat(letter.topic()).isEqualTo("dead-letters");
        assertThat(letter.value()).isEqualTo("bad".getBytes(StandardCharsets.UTF_8));
        Map<String, String> headers = new HashMap<>();
        StreamSupport.stream(letter.headers().spliterator(), false)
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        assertThat(headers)
                .containsEntry("ce_id", "1")
                .containsEntry("millrace_dead_letter_reason", "not a record of t: magic byte")
                .containsEntry("millrace_dead_letter_topic", "t")
                .containsEntry("millrace_dead_letter_partition", "0")
                .containsEntry("millrace_dead_letter_offset", "10")
                .containsEntry("millrace_dead_letter_stage", "/test")
                .containsEntry("millrace_dead_letter_at", "1970-01-01T00:00:00Z");
    }

    @Test
    void whatNobodyForesawIsGivenUpAfterItsTries() {
        failing.put("odd", new IllegalStateException("a bug of ours"));
        var listener = listener(Selection.ALL);

        for (int i = 0; i < 3; i++) {
            assertThat(givenUp).isEmpty();
            listener.onMessage(List.of(record(ONE, 10, "k", "odd")), null, consumer);
            now = now.plusSeconds(30);
        }

        assertThat(givenUp).containsExactly("odd");
        assertThat(producer.history()).hasSize(1);
        assertThat(committed()).containsEntry(ONE, new OffsetAndMetadata(11));
    }

    @Test
    void whatCannotEvenBeSetAsideIsTriedAgain() {
        failing.put("bad", new Poison("bad", new IllegalStateException()));
        producer.sendException = new org.apache.kafka.common.errors.TimeoutException("broker away");

        listener(Selection.ALL).onMessage(List.of(record(ONE, 10, "k", "bad")), null, consumer);

        assertThat(waits).containsExactly(Duration.ofSeconds(1));
        assertThat(committed()).doesNotContainKey(ONE);
    }

    @Test
    void statesThatAreSupersededAreSkippedWithinAPartition() {
        listener(Selection.NEWEST_OF_EACH_KEY)
                .onMessage(
                        List.of(
                                record(ONE, 10, "x", "x1"),
                                record(ONE, 11, "y", "y1"),
                                record(ONE, 12, "x", "x2"),
                                record(TWO, 5, "x", "elsewhere")),
                        null,
                        consumer);

        assertThat(handled).containsExactly("y1", "x2", "elsewhere");
        assertThat(committed()).containsEntry(ONE, new OffsetAndMetadata(13));
    }
}
