package dev.millrace.worker.model.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
    private static final InstantSource NOON = InstantSource.fixed(Instant.parse("2026-11-01T12:00:00Z"));
    private static final Duration MOST = Duration.ofMinutes(1);

    @ParameterizedTest
    @CsvSource({"1, 1000", "2, 2000", "3, 4000", "6, 32000", "7, 60000", "20, 60000", "1000, 60000"})
    void waitsGrowByDoublingUpToTheirBound(int failures, long millis) {
        assertThat(unlucky().after(failures)).isBetween(Duration.ofMillis(millis - 1), Duration.ofMillis(millis));
    }

    @Test
    void aWaitIsAtLeastHalfOfWhatItMayBe() {
        var lucky = new Backoff(Duration.ofSeconds(1), MOST, NOON, () -> 0);
        assertThat(lucky.after(3)).isEqualTo(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Retry-After    | 7                             | 7000",
                "Retry-After    | 0.5                           | 500",
                "Retry-After    | Sun, 01 Nov 2026 12:00:09 GMT | 9000",
                "Retry-After    | 86400                         | 60000",
                "Retry-After    | 9e999                         | 60000",
                "Retry-After-Ms | 1500                          | 1500",
                "retry-after-ms | 99999999999999999999          | 60000"
            })
    void theProvidersWishIsHeededWithinTheBound(String header, String value, long millis) {
        assertThat(unlucky().after(1, HttpHeaders.of(Map.of(header, List.of(value)), (_, _) -> true)))
                .isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void millisecondsGoBeforeSeconds() {
        var both =
                HttpHeaders.of(Map.of("Retry-After", List.of("5"), "Retry-After-Ms", List.of("4200")), (_, _) -> true);
        assertThat(unlucky().after(1, both)).isEqualTo(Duration.ofMillis(4200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "", "-3", "0", "NaN", "1x", "Sun, 01 Nov 2026 11:00:00 GMT"})
    void aWishThatMakesNoSenseIsNotHeeded(String value) {
        assertThat(unlucky().after(3, HttpHeaders.of(Map.of("Retry-After", List.of(value)), (_, _) -> true)))
                .isEqualTo(unlucky().after(3));
    }

    private static Backoff unlucky() {
        return new Backoff(Duration.ofSeconds(1), MOST, NOON, () -> -1L);
    }
}
