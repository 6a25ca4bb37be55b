package dev.millrace.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.schemas.topic.BrokerUnavailable;
import dev.millrace.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLettersTest {
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
    private static final byte[] VALUE = {1, 2, 3};

    private final RuntimeException why = new IllegalArgumentException("no such task");
    private final Topics topics = new Topics("mill.", 3);

    @AfterEach
    void nobodyIsLeftInterrupted() {
        assertThat(Thread.interrupted()).isFalse();
    }

    @Nested
    class WhileTheBrokerAnswers {
        private final MockProducer<byte[], byte[]> broker = broker(true);
        private final DeadLetters letters = letters(broker, Duration.ofSeconds(10));

        @Test
        void aRecordIsSetAsideWithItsKeyAndBytesAndWhy() {
            letters.setAside(record("alice/demo"), why);
            assertThat(broker.history()).singleElement().satisfies(sent -> {
                assertThat(sent.topic()).isEqualTo("mill.dead-letters");
                assertThat(sent.key()).isEqualTo(bytes("alice/demo"));
                assertThat(sent.value()).isEqualTo(VALUE);
                assertThat(Header.all(sent.headers()))
                        .containsEntry("millrace_dead_letter_stage", "/millrace/worker")
                        .containsEntry("millrace_dead_letter_reason", "no such task")
                        .containsEntry("millrace_dead_letter_topic", "mill.work")
                        .containsEntry("millrace_dead_letter_partition", "0")
                        .containsEntry("millrace_dead_letter_offset", "42")
                        .containsEntry("millrace_dead_letter_at", "2026-11-01T12:00:00Z");
            });
        }

        @Test
        void aKeyOfBytesStaysAsItIs() {
            byte[] key = {(byte) 0xff, 0};
            letters.setAside(record(key), why);
            assertThat(broker.history().getFirst().key()).isEqualTo(key);
        }

        @Test
        void aRecordWithoutAKeyStaysWithout() {
            letters.setAside(record(null), why);
            assertThat(broker.history().getFirst().key()).isNull();
        }

        @Test
        void closingClosesTheProducer() {
            letters.close();
            assertThat(broker.closed()).isTrue();
        }
    }

    @Nested
    class WhileTheBrokerIsAway {
        private final MockProducer<byte[], byte[]> broker = broker(false);

        @ParameterizedTest
        @ValueSource(longs = {1, 20})
        void theRecordCountsAsNotSetAsideOnceTheLimitIsOver(long millis) {
            assertThatExceptionOfType(BrokerUnavailable.class)
                    .isThrownBy(() -> letters(broker, Duration.ofMillis(millis)).setAside(record("alice/demo"), why))
                    .withMessage("record mill.work-0@42 could not be set aside");
        }

        @Test
        void aRefusalIsToldAsSuch() {
            var refusing = new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                @Override
                public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
                    var sent = super.send(record);
                    errorNext(new NotLeaderOrFollowerException("moved"));
                    return sent;
                }
            };
            assertThatExceptionOfType(BrokerUnavailable.class)
                    .isThrownBy(() -> letters(refusing, Duration.ofSeconds(10)).setAside(record("alice/demo"), why))
                    .withRootCauseInstanceOf(NotLeaderOrFollowerException.class);
        }

        @Test
        void whoIsStoppedMeanwhileStaysStopped() {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(BrokerUnavailable.class)
                    .isThrownBy(() -> letters(broker, Duration.ofMinutes(1)).setAside(record("alice/demo"), why));
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private DeadLetters letters(MockProducer<byte[], byte[]> broker, Duration limit) {
        return new DeadLetters(broker, topics.deadLetters(), "/millrace/worker", InstantSource.fixed(NOON), limit);
    }

    private static MockProducer<byte[], byte[]> broker(boolean acknowledges) {
        return new MockProducer<>(acknowledges, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private ConsumerRecord<Object, byte[]> record(@Nullable Object key) {
        return new ConsumerRecord<>(topics.work().name(), 0, 42, key, VALUE);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
