package dev.millrace.schemas.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptNumberTest {
    @Test
    void attemptsAreCountedFromOne() {
        assertThat(AttemptNumber.FIRST).hasToString("1");
        assertThat(AttemptNumber.FIRST.next()).isEqualTo(new AttemptNumber(2));
    }

    @Test
    void theNewerAttemptIsTheGreater() {
        assertThat(new AttemptNumber(10)).isGreaterThan(new AttemptNumber(9));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1001, Integer.MAX_VALUE})
    void whatNobodyCountsToIsRefused(int nonsense) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AttemptNumber(nonsense))
                .withMessage("not an attempt, 1 to 1000: " + nonsense);
    }

    @Test
    void theLastAttemptHasNoNext() {
        assertThat(new AttemptNumber(999).isLast()).isFalse();
        assertThat(new AttemptNumber(1000).isLast()).isTrue();
        assertThatIllegalArgumentException().isThrownBy(new AttemptNumber(1000)::next);
    }
}
