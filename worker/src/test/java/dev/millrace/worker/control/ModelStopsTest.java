package dev.millrace.worker.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.avro.Cancel;
import dev.millrace.schemas.avro.ControlRequest;
import dev.millrace.schemas.avro.Pause;
import dev.millrace.schemas.avro.Resume;
import dev.millrace.worker.model.gateway.StopSwitch;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ModelStopsTest {
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

    private final StopSwitch models = new StopSwitch();
    private final ModelStops stops = new ModelStops(models);

    @Test
    void aPauseOfEverythingStopsModelsOnlyIfItSaysSo() {
        hear("", 0, new Pause("cleaning", false));
        assertThat(models.stopped()).isNull();

        hear("", 1, new Pause("the bill", true));
        assertThat(models.stopped()).isEqualTo("the bill, paused by ann");
    }

    @Test
    void theEndOfThePauseLetsThemGoOn() {
        hear("", 0, new Pause("", true));
        assertThat(models.stopped()).isEqualTo("paused by ann");

        hear("", 1, new Resume(""));
        assertThat(models.stopped()).isNull();
    }

    @Test
    void whatIsForOneRepositoryIsNone() {
        hear("alice/demo", 0, new Pause("the bill", true));
        assertThat(models.stopped()).isNull();

        hear("", 1, new Pause("the bill", true));
        hear("alice/demo", 2, new Resume(""));
        assertThat(models.stopped()).isNotNull();
    }

    @Test
    void aPauseWithoutModelsDoesNotTakeBackOneWithThem() {
        hear("", 0, new Pause("the bill", true));
        hear("", 1, new Pause("cleaning", false));

        assertThat(models.stopped()).startsWith("the bill");
    }

    @Test
    void whatWasAskedForEarlierCountsForNothingHoweverLateItIsHeard() {
        hear("", 0, new Pause("the bill", true));
        hear("", 5, new Resume(""));
        hear("", 0, new Pause("the bill", true));
        assertThat(models.stopped()).isNull();

        hear("", 7, new Pause("the bill", true));
        hear("", 5, new Resume(""));
        assertThat(models.stopped()).isNotNull();
    }

    @Test
    void otherWishesAndForgottenOnesAreLeftAlone() {
        hear("", 0, new Cancel());
        stops.heard("alice/demo", null);

        assertThat(models.stopped()).isNull();
    }

    @Test
    void itsReasonIsOneShortLine() {
        hear("", 0, new Pause("a\nb\u0007" + "x".repeat(500), true));

        assertThat(models.stopped()).startsWith("a b xxx").hasSizeLessThan(230).doesNotContain("\n");
    }

    private void hear(String repo, int seconds, Object control) {
        stops.heard("any", new ControlRequest("c" + seconds, repo, "ann", NOON.plusSeconds(seconds), control));
    }
}
