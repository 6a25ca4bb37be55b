package dev.millrace.schemas.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskIdTest {
    @Nested
    class Derived {
        @Test
        void theSamePartsGiveTheSameId() {
            assertThat(TaskId.derivedFrom("alice/demo", "label", "7"))
                    .isEqualTo(TaskId.derivedFrom("alice/demo", "label", "7"));
        }

        /** Ids that are out there already must still be found after an upgrade. */
        @Test
        void theIdOfATriggerIsTheSameInEveryRelease() {
            assertThat(TaskId.derivedFrom("alice/demo", "label", "7")).hasToString("5ys41smvcy2rbkwb");
        }

        @Test
        void whereOnePartEndsMatters() {
            assertThat(TaskId.derivedFrom("ab", "c")).isNotEqualTo(TaskId.derivedFrom("a", "bc"));
            assertThat(TaskId.derivedFrom("a", "")).isNotEqualTo(TaskId.derivedFrom("a"));
            assertThat(TaskId.derivedFrom("a", "1:b")).isNotEqualTo(TaskId.derivedFrom("a1:b"));
        }

        @Test
        void theOrderOfThePartsMatters() {
            assertThat(TaskId.derivedFrom("a", "b")).isNotEqualTo(TaskId.derivedFrom("b", "a"));
        }

        @Test
        void itIsSixteenCharactersThatAreHardToConfuse() {
            Set<Character> seen = new HashSet<>();
            Set<TaskId> ids = new HashSet<>();
            for (int trigger = 0; trigger < 2_000; trigger++) {
                var id = TaskId.derivedFrom("alice/demo", Integer.toString(trigger));
                assertThat(id.value()).matches("[0-9a-hjkmnp-tv-z]{16}");
                id.value().chars().forEach(letter -> seen.add((char) letter));
                ids.add(id);
            }
            assertThat(ids).hasSize(2_000);
            assertThat(seen).hasSize(32);
        }

        @Test
        void lettersBeyondAsciiArePartOfIt() {
            assertThat(TaskId.derivedFrom("ä")).isNotEqualTo(TaskId.derivedFrom("ö"));
        }
    }

    @Nested
    class Chosen {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "abcdefgh",
                    "01234567",
                    "my-own-task-1",
                    "a--b--c--d",
                    "a23456789012345678901234567890123456789012345678901234567890123z"
                })
        void anIdOfTheShapeIsTaken(String value) {
            assertThat(new TaskId(value)).hasToString(value);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "abcdefg",
                    "-bcdefgh",
                    "abcdefg-",
                    "Abcdefgh",
                    "abcd efgh",
                    "abcdefgh\n",
                    "abcd/../efgh",
                    "abcd_efgh",
                    "abcdefgä",
                    "a234567890123456789012345678901234567890123456789012345678901234z"
                })
        void anythingElseIsRefusedWithTheShapeThatIsWanted(String value) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new TaskId(value))
                    .withMessageContaining("8 to 64 of a-z, 0-9 and inner -");
        }
    }

    @Nested
    class ShownWhereRefused {
        @Test
        void controlsAndWhatHidesTextAreReplaced() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new TaskId("a\u001b[2Jb\r\nc\u009bd\u202ee\u200bf\u2028g"))
                    .withMessageContaining("'a?[2Jb??c?d?e?f?g'");
        }

        @Test
        void aFloodIsCutEvenInTheMiddleOfAPair() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new TaskId("x".repeat(79) + "😀" + "y".repeat(100_000)))
                    .withMessageContaining("'" + "x".repeat(79) + "?…'")
                    .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(200));
        }
    }
}
