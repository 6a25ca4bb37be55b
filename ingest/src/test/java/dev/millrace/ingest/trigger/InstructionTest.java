package dev.millrace.ingest.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.id.RepoId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class InstructionTest {
    private static final DataSize LIMIT = DataSize.ofKilobytes(1);

    @Test
    void hiddenTextReachesTheAgentFromNowhere() {
        var instruction = instruction("Ti\u200btle<!-- a -->", "bo\u202edy<!-- b -->", "said");

        assertThat(instruction.title()).isEqualTo("Title");
        assertThat(instruction.text()).isEqualTo("said\n\n---\nThis was said on issue #2:\n\nTitle\n\nbody");
    }

    @Test
    void theTitleIsOneLineAndNotTooLong() {
        assertThat(instruction("a\nb\t c", "", "").title()).isEqualTo("a b c");
        assertThat(instruction("🦀".repeat(200), "", "").title())
                .hasSizeLessThanOrEqualTo(255)
                .endsWith("🦀…");
    }

    @Test
    void aLongTextIsCutBetweenCharactersAndSaysSo() {
        String text = instruction("t", "🦀".repeat(1000), "").text();

        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(1024);
        assertThat(text).doesNotContain("\ufffd").endsWith("🦀\n\n[cut here: the text was longer than 1024 bytes]");
        assertThat(Instruction.cut(text, LIMIT)).isEqualTo(text);
    }

    @Test
    void whatWasSaidIsKeptWhereTheIssueIsTooLong() {
        assertThat(instruction("t", "x".repeat(5000), "make it blue").text()).startsWith("make it blue\n");
    }

    @Test
    void theHashIsThatOfTheTextsBeforeCleaning() {
        assertThat(instruction("t", "b", "").originalHash())
                .hasSize(16)
                .isNotEqualTo(instruction("t", "b\u200b", "").originalHash());
    }

    private static Instruction instruction(String title, String body, String said) {
        var issue = new ForgeEvent.Issue(RepoId.parse("alice/demo"), 2, title, body, List.of(), List.of(), false);
        return Instruction.of(new Wish(issue, "bob", new Wish.Cause.Comment(1), said), said, LIMIT);
    }
}
