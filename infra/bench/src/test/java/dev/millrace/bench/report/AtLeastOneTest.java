package dev.millrace.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class AtLeastOneTest {
    private final AtLeastOne counts = new AtLeastOne();

    @Test
    void aCountIsTaken() {
        assertThat(counts.convert("1")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "", "many", "99999999999"})
    void whatLeavesNothingToMeasureIsRefused(String value) {
        assertThatThrownBy(() -> counts.convert(value))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("must be a whole number, 1 or more, not '" + value + "'");
    }
}
