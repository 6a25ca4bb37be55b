package dev.millrace.sink.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.avro.Check;
import dev.millrace.schemas.avro.Verification;
import dev.millrace.sink.Outcomes;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerificationTextTest {
    @Test
    void nothingVerifiedIsNothingSaid() {
        assertThat(VerificationText.of(null)).isEmpty();
        assertThat(VerificationText.of(new Verification(true, 0, List.of(), "")))
                .isEmpty();
    }

    @Test
    void whatFailedIsShownAndDoesNothing() {
        assertThat(VerificationText.of(Outcomes.failing())).isEqualTo("""
                The repository's own commands fail on this: `make lint` (1.5 s), `make 'test'` (exit code 2, 12.0 s). \
                The agent was told of a failure 2 times.

                ````
                hello_test failed
                ```
                @~alice, see #~3 <~!-- millrace:task=other -->
                ````""".replace('~', '\u200b'));
    }

    @Test
    void whatTookTooLongIsToldAsSuch() {
        assertThat(VerificationText.of(
                        new Verification(false, 0, List.of(new Check("sleep 1h", null, 600_000_000L)), "")))
                .isEqualTo("The repository's own commands fail on this: `sleep 1h` (took too long, 600.0 s).");
    }

    @Test
    void ofLongOutputTheEndIsShown() {
        assertThat(VerificationText.of(new Verification(
                        false, 0, List.of(new Check("make", 1, 1L)), "beginning" + "x".repeat(50_000) + "end")))
                .hasSizeLessThan(7_000)
                .doesNotContain("beginning")
                .endsWith("xxxend\n```");
    }
}
