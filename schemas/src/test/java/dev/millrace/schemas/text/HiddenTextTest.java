package dev.millrace.schemas.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HiddenTextTest {
    private static final char ZERO_WIDTH = '\u200b';

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
                    plain text                       | plain text
                    before <!-- hidden --> after     | before  after
                    a<!--1-->b<!--2-->c              | abc
                    never closed <!-- all of this    | never closed
                    <!-<!-- x -->- made of halves    | ''
                    <!--> still hidden --> seen      | seen
                    --> alone                        | --> alone
                    `<!-- in code, too -->` left     | `` left
                    """)
    void htmlCommentsAreRemoved(String text, String left) {
        assertThat(HiddenText.removedFrom(text)).isEqualTo(left);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    200B
                    200D
                    200E
                    202A
                    202E
                    2060
                    2066
                    2069
                    FEFF
                    00AD
                    061C
                    034F
                    3164
                    2800
                    FE0F
                    E000
                    E0001
                    E0041
                    E01EF
                    0000
                    0007
                    001B
                    007F
                    0085
                    D800
                    """)
    void charactersThatNobodySeesAreRemoved(String hex) {
        String hidden = new String(Character.toChars(Integer.parseInt(hex, 16)));

        assertThat(HiddenText.removedFrom("do" + hidden + "it")).isEqualTo("doit");
    }

    @Test
    void inCodeCommentsAreSeenAndStay() {
        assertThat(HiddenText.withoutInvisible("<!-- a" + ZERO_WIDTH + "b -->\r\n"))
                .isEqualTo("<!-- ab -->\n");
    }

    @Test
    void whatPeopleSeeStays() {
        String seen = "Grüße, 你好, שלום, 🦀!\n\n\t- a\n\t- b <b>c</b> -- d";

        assertThat(HiddenText.removedFrom(seen)).isEqualTo(seen);
    }

    @Test
    void everyKindOfLineEndIsOne() {
        assertThat(HiddenText.removedFrom("a\r\nb\rc\u2028d\u2029e")).isEqualTo("a\nb\nc\nd\ne");
    }

    @Test
    void aCommentEndsWhereTheForgeSeesItsEnd() {
        assertThat(HiddenText.removedFrom("a <!-- x --" + ZERO_WIDTH + "> hidden still --> b"))
                .isEqualTo("a  b");
    }

    @Test
    void whatBecomesACommentByCleaningIsRemovedAsWell() {
        assertThat(HiddenText.removedFrom("a <!" + ZERO_WIDTH + "-- x --> b")).isEqualTo("a  b");
    }

    @Test
    void cleaningAgainChangesNothing() {
        var random = new Random(27);
        String[] pieces = {"<!--", "-->", "<!-", "-", "<", "!", ">", "\u200b", "\r", "\n", "x", " ", "\ud83e", "\udd80"
        };
        for (int round = 0; round < 20_000; round++) {
            var text = new StringBuilder();
            for (int i = random.nextInt(14); i >= 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            String once = HiddenText.removedFrom(text.toString());
            assertThat(HiddenText.removedFrom(once)).isEqualTo(once);
            assertThat(once).doesNotContain("<!--").doesNotContain("\u200b").doesNotContain("\r");
        }
    }
}
