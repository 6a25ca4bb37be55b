package dev.millrace.standalone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutsideCommandTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void whatItSaidIsTheResult() throws Exception {
        assertThat(OutsideCommand.run(List.of("sh", "-c", "echo out; echo err >&2"), LIMIT))
                .contains("out", "err");
    }

    @Test
    void failureNamesCodeAndLastWords() {
        assertThatIOException()
                .isThrownBy(() -> OutsideCommand.run(List.of("sh", "-c", "echo no such thing; exit 3"), LIMIT))
                .withMessageContaining("ended with 3")
                .withMessageContaining("no such thing");
    }

    @Test
    void whatRunsTooLongIsKilled() {
        assertThatIOException()
                .isThrownBy(() -> OutsideCommand.run(List.of("sleep", "300"), Duration.ofMillis(50)))
                .withMessageContaining("after PT0.05S");
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        assertThatIOException()
                .isThrownBy(() -> OutsideCommand.run(List.of("no-such-program-here"), LIMIT))
                .withMessageContaining("no-such-program-here");
    }
}
