package dev.millrace.worker.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerEndTest {
    @ParameterizedTest
    @CsvSource({
        "0, false, false, told to end",
        "3, false, false, does not understand",
        "4, false, false, millrace.worker.sandbox.lifetime",
        "5, false, false, heard nothing of this worker",
        "137, true, false, millrace.worker.sandbox.memory",
        "137, false, true, killed or removed it through the engine",
        "137, true, true, killed or removed it through the engine",
        "137, false, false, the machine killed it",
        "1, false, false, exit code 1"
    })
    void isToldInPlainWords(int exitCode, boolean outOfMemory, boolean killed, String words) {
        assertThat(ContainerEnd.words(exitCode, outOfMemory, killed))
                .startsWith("its container is gone: ")
                .contains(words);
    }

    @Test
    void thatNobodyKnowsOfIsNoEnd() {
        assertThat(ContainerEnd.words(null, false, false)).contains("the connection to its container broke");
    }
}
