package dev.millrace.worker.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadAndTailTest {
    private final HeadAndTail kept = new HeadAndTail(10);

    @Test
    void whatFitsIsKeptWhole() {
        write("abcdefghij");

        assertThat(kept).hasToString("abcdefghij");
    }

    @Test
    void nothingIsAnEmptyText() {
        assertThat(kept).hasToString("");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 11, 26})
    void headAndTailStayHoweverTheBytesCome(int chunk) {
        String alphabet = "abcdefghijklmnopqrstuvwxyz";
        for (int at = 0; at < alphabet.length(); at += chunk) {
            write(alphabet.substring(at, Math.min(alphabet.length(), at + chunk)));
        }

        assertThat(kept).hasToString("abcde\n[… 16 bytes left out …]\nvwxyz");
    }

    @Test
    void oneByteTooManyIsCounted() {
        write("abcdefghijk");

        assertThat(kept).hasToString("abcde\n[… 1 bytes left out …]\nghijk");
    }

    @Test
    void singleBytesAreKeptToo() {
        kept.write('x');

        assertThat(kept).hasToString("x");
    }

    private void write(String text) {
        byte[] bytes = ("??" + text).getBytes(StandardCharsets.US_ASCII);
        kept.write(bytes, 2, text.length());
    }
}
