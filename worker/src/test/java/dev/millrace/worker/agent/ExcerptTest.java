package dev.millrace.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ExcerptTest {
    @Test
    void shortTextStaysAsItIs() {
        assertThat(Excerpt.of("fits", 4)).isEqualTo("fits");
    }

    @Test
    void longTextKeepsItsHeadAndTail() {
        assertThat(Excerpt.of("aaaa-middle-zzzz", 8)).isEqualTo("aaaa\n[… 8 bytes left out …]\nzzzz");
    }

    @Test
    void charactersAreNotCutInHalf() {
        // 3 bytes each: neither 5 bytes of head nor 5 of tail are whole characters.
        assertThat(Excerpt.of("€€€€€€", 10)).isEqualTo("€\n[… 12 bytes left out …]\n€");
        assertThat(Excerpt.tail("€€€", 5)).isEqualTo("€");
    }

    @Test
    void halfACharacterThatCameInDoesNotGoOut() {
        assertThat(Excerpt.of("a\ud83d", 100)).isEqualTo("a?");
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(Excerpt.of("a\ud83d", 100)))
                .isTrue();
    }

    @Test
    void theTailOfAShortTextIsAllOfIt() {
        assertThat(Excerpt.tail("abc", 10)).isEqualTo("abc");
    }
}
