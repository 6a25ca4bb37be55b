package dev.millrace.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
    private static final byte[] KEY = bytes("alice/demo");
    private static final byte[] VALUE = {0, 1, 2, (byte) 0xff};

    private final Topics topics = new Topics("mill.", 3);
    private final RecordHeaders original = new RecordHeaders();

    @Test
    void theRecordIsKeptAsItCameWithWhyWhereFromAndWhen() {
        original.add("ce_id", bytes("id-1"));
        var record = letter("no such task").of(topics.deadLetters(), KEY, VALUE, original);
        assertThat(record.topic()).isEqualTo("mill.dead-letters");
        assertThat(record.key()).isEqualTo(KEY);
        assertThat(record.value()).isEqualTo(VALUE);
        assertThat(Header.all(record.headers()))
                .isEqualTo(Map.of(
                        "ce_id", "id-1",
                        "millrace_dead_letter_stage", "/millrace/dispatch",
                        "millrace_dead_letter_reason", "no such task",
                        "millrace_dead_letter_topic", "mill.attempts",
                        "millrace_dead_letter_partition", "2",
                        "millrace_dead_letter_offset", "4000000000",
                        "millrace_dead_letter_at", "2026-11-01T12:00:00Z"));
    }

    @Test
    void whatDiesAgainTellsOnlyOfTheLastTime() {
        var first = letter("first").of(topics.deadLetters(), KEY, VALUE, original);
        var second = letter("second").of(topics.deadLetters(), KEY, VALUE, first.headers());
        assertThat(Header.all(second.headers())).containsEntry("millrace_dead_letter_reason", "second");
    }

    @Test
    void theOriginalsHeadersAreNotTouched() {
        letter("no such task").of(topics.deadLetters(), KEY, VALUE, original);
        assertThat(original).isEmpty();
    }

    @Test
    void aRecordWithoutKeyAndValueIsKeptToo() {
        var record = letter("no value").of(topics.deadLetters(), null, null, original);
        assertThat(record.key()).isNull();
        assertThat(record.value()).isNull();
    }

    @Test
    void aReasonIsNoFlood() {
        var record = letter("x".repeat(100_000)).of(topics.deadLetters(), KEY, VALUE, original);
        assertThat(Header.all(record.headers()).get("millrace_dead_letter_reason"))
                .isEqualTo("x".repeat(4_000) + "…");
    }

    @Test
    void theReasonOfAFailureReachesDownToItsRoot() {
        var root = new IllegalArgumentException("no such field");
        assertThat(DeadLetter.reasonOf(new IllegalStateException("unreadable", new RuntimeException("wrapped", root))))
                .isEqualTo("unreadable: no such field");
        assertThat(DeadLetter.reasonOf(root)).isEqualTo("no such field");
    }

    private static DeadLetter letter(String reason) {
        return new DeadLetter("/millrace/dispatch", reason, "mill.attempts", 2, 4_000_000_000L, NOON);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
