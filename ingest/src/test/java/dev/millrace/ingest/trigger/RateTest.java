package dev.millrace.ingest.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RateTest {
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final Rate rate = new Rate(2, Duration.ofMinutes(10), () -> now);

    @Test
    void soManyAreTakenAndNoMore() {
        assertThat(takes("bob", "a")).isTrue();
        assertThat(takes("bob", "b")).isTrue();
        assertThat(takes("bob", "c")).isFalse();
        assertThat(takes("alice", "c")).isTrue();
    }

    @Test
    void whatWasTakenIsTakenAgain() {
        takes("bob", "a");
        takes("bob", "b");

        assertThat(takes("bob", "a")).isTrue();
        assertThat(takes("bob", "c")).isFalse();
    }

    @Test
    void whatIsOverCountsNoMore() {
        takes("bob", "a");
        now = now.plus(Duration.ofMinutes(5));
        takes("bob", "b");
        now = now.plus(Duration.ofMinutes(5));

        assertThat(takes("bob", "c")).isTrue();
        assertThat(takes("bob", "d")).isFalse();
    }

    private boolean takes(String key, String task) {
        return rate.takes(key, TaskId.derivedFrom(task));
    }
}
