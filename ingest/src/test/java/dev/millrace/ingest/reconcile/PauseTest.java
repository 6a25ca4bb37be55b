package dev.millrace.ingest.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PauseTest {
    private final Pause pause = new Pause(Duration.ofSeconds(5), Duration.ofMinutes(1), Duration.ofMinutes(3));

    @Test
    void theFirstLookIsSoon() {
        assertThat(pause.next()).hasSeconds(5);
        assertThat(new Pause(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMinutes(3)).next())
                .hasSeconds(1);
    }

    @Test
    void aSuccessIsFollowedByTheUsualPause() {
        pause.after(true);
        assertThat(pause.next()).hasMinutes(1);
        pause.after(false);
        pause.after(true);
        assertThat(pause.next()).hasMinutes(1);
    }

    @Test
    void everyFailureDoublesItUpToALimit() {
        pause.after(true);
        pause.after(false);
        assertThat(pause.next()).hasMinutes(2);
        pause.after(false);
        assertThat(pause.next()).hasMinutes(3);
        pause.after(false);
        assertThat(pause.next()).hasMinutes(3);
    }
}
