package dev.millrace.ingest.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RememberedTest {
    private final List<String> asked = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final Remembered<String, Integer> remembered = new Remembered<>(Duration.ofSeconds(3), 2, () -> now);

    @Test
    void anAnswerHoldsForItsSpanAndNoLonger() {
        assertThat(ask("a")).isEqualTo(1);
        now = now.plusMillis(2999);
        assertThat(ask("a")).isEqualTo(1);
        now = now.plusMillis(1);
        assertThat(ask("a")).isEqualTo(2);
    }

    @Test
    void whatFailedIsAskedAgain() {
        assertThatThrownBy(() -> remembered.get("a", _ -> {
                    throw new IllegalStateException("away");
                }))
                .hasMessage("away");

        assertThat(ask("a")).isEqualTo(1);
    }

    @Test
    void theOldestIsForgottenWhereThereAreTooMany() {
        ask("a");
        ask("b");
        ask("c");

        ask("c");
        ask("b");
        ask("a");

        assertThat(asked).containsExactly("a", "b", "c", "a");
    }

    @Test
    void aPermissionIsNeverKeptForLongerThanAFewSeconds() {
        assertThat(GiteaForge.PERMISSION_CACHE).isLessThanOrEqualTo(Duration.ofSeconds(5));
    }

    private int ask(String key) {
        return remembered.get(key, one -> {
            asked.add(one);
            return asked.size();
        });
    }
}
