package dev.millrace.worker.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class WordsTest {
    @Test
    void areThoseOfTheConfiguration() {
        assertThat(Words.of(DataSize.ofGigabytes(2))).isEqualTo("2 GB");
        assertThat(Words.of(DataSize.ofMegabytes(1536))).isEqualTo("1536 MB");
        assertThat(Words.of(DataSize.ofBytes(1000))).isEqualTo("1000 bytes");
        assertThat(Words.of(2.0)).isEqualTo("2");
        assertThat(Words.of(0.5)).isEqualTo("0.5");
        assertThat(Words.of(Duration.ofMinutes(90))).isEqualTo("1h30m");
        assertThat(Words.of(Duration.ofMillis(300))).isEqualTo("0.3s");
    }

    @Test
    void ofAProgramThatWantsMoreOpenFilesAreKnown() {
        assertThat(Limits.complainsOfOpenFiles("python3: [Errno 24] Too many open files: '/dev/null'"))
                .isTrue();
        assertThat(Limits.complainsOfOpenFiles("No such file or directory")).isFalse();
    }
}
