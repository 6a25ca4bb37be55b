package dev.millrace.ingest.dispatch;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DispatchHistoryTest {
    /** More of them, or others, by {@code -Dmillrace.histories=1000}. */
    private static final long HISTORIES = Long.getLong("millrace.histories", 20);

    static LongStream seeds() {
        return LongStream.range(0, HISTORIES);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverHappensThePromisesAreKept(long seed) {
        new History(seed).happen(600);
    }
}
