package dev.millrace.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
    private static final String ONE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final RandomGenerator random = new Random(7);

    @Test
    void theNextSpanStaysInTheTraceAndKeepsItsFlags() {
        var unsampled = new TraceParent(ONE.replaceAll("01$", "00"));
        var next = unsampled.next(random);
        assertThat(next.traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(next.value())
                .startsWith("00-0af7651916cd43dd8448eb211c80319c-")
                .endsWith("-00");
        assertThat(next).isNotEqualTo(unsampled);
    }

    @Test
    void everyStartIsATraceOfItsOwn() {
        var first = TraceParent.start(random);
        var second = TraceParent.start(random);
        assertThat(first.traceId()).isNotEqualTo(second.traceId());
        assertThat(first.value()).endsWith("-01");
    }

    @Test
    void evenARandomThatGivesOnlyZerosMakesAnId() {
        RandomGenerator zeros = () -> 0L;
        assertThat(TraceParent.isOne(TraceParent.start(zeros).next(zeros).value()))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\n",
                "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01"
            })
    void whatIsNoTraceparentIsRefused(String nonsense) {
        assertThat(TraceParent.isOne(nonsense)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new TraceParent(nonsense));
    }

    @Test
    void aTraceparentIsTakenAsItIs() {
        assertThat(new TraceParent(ONE).value()).isEqualTo(ONE);
    }
}
