package dev.millrace.sink.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignTextTest {
    private static final String GAP = "\u200b";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@admin",
                "mail@example.org",
                "fixes #12",
                "closes acme/app#3",
                "see !4",
                "JIRA-12",
                "closes https://git.example.org/acme/app/issues/5",
                "https://git.example.org/acme/app/pulls/5",
                "![pixel](http://e.vil/x.png)",
                "<img src=x>",
                "</details>",
                "<!-- hidden -->",
                "&#64;admin",
                "&commat;admin",
                "[skip ci]",
                "[CI Skip]",
                "WIP & done: a <b> c @x"
            })
    void whatWouldActIsPartedAndStaysReadable(String raw) {
        String shown = ForeignText.block(raw, 1000);

        assertThat(shown).isNotEqualTo(raw).contains(GAP);
        assertThat(shown.replace(GAP, "")).isEqualTo(raw);
        assertThat(ForeignText.block(shown, 1000)).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "- a list\n- of *things*",
                "1 < 2 && 3 > 2",
                "# Heading",
                "`code`",
                "a | b",
                "émigré 概要 🙂"
            })
    void whatDoesNothingStaysAsItIs(String raw) {
        assertThat(ForeignText.block(raw, 1000)).isEqualTo(raw);
    }

    @Test
    void whatHidesIsRemoved() {
        assertThat(ForeignText.block("a\u0000b\u001b[31mc\u202ed\u200be\ufefff\u00adg", 1000))
                .isEqualTo("ab[31mcdefg");
    }

    @Test
    void whatIsLongIsCutBetweenCharacters() {
        assertThat(ForeignText.block("abc🙂def", 4)).isEqualTo("abc …");
        assertThat(ForeignText.block("abc🙂def", 5)).isEqualTo("abc🙂 …");
    }

    @Test
    void aTitleIsOneLine() {
        assertThat(ForeignText.line(" one\r\ntwo\t\u2028three ", 100)).isEqualTo("one two three");
    }

    @Test
    void emptyLinesDoNotPileUp() {
        assertThat(ForeignText.block("a\n\n\n \n\nb", 100)).isEqualTo("a\n\nb");
    }

    @Test
    void aMessageForgesNoTrailer() {
        assertThat(ForeignText.message("text\n\nSigned-off-by: Admin <a@b>\nskip-checks: true", 1000))
                .doesNotContain("Signed-off-by:")
                .doesNotContain("skip-checks:");
    }
}
