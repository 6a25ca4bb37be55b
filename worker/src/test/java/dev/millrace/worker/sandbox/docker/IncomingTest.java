package dev.millrace.worker.sandbox.docker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class IncomingTest {
    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
    private final HeadAndTail stderr = new HeadAndTail(100);

    @Test
    void standardOutputComesWithoutHeadsAndStandardErrorGoesAside() throws IOException {
        piece(1, "ab");
        piece(2, "oh");
        piece(1, "");
        piece(3, " no");
        piece(1, "c");

        assertThat(incoming().readAllBytes()).isEqualTo("abc".getBytes(US_ASCII));
        assertThat(stderr).hasToString("oh no");
    }

    @Test
    void aReadTakesNoMoreThanThereIsInAPiece() throws IOException {
        piece(1, "ab");
        piece(1, "cd");

        assertThat(incoming().read(new byte[100], 0, 100)).isEqualTo(2);
    }

    @Test
    void aKindThatNobodyKnowsIsAnError() {
        piece(9, "?");

        assertThatIOException().isThrownBy(() -> incoming().read()).withMessageContaining("unknown kind 9");
    }

    @Test
    void anEndWithinAPieceIsAnErrorAndOneWithinAHeadIsTheEnd() throws IOException {
        piece(1, "abc");
        byte[] all = stream.toByteArray();

        assertThatIOException()
                .isThrownBy(() -> new Incoming(new ByteArrayInputStream(all, 0, all.length - 1), stderr).readAllBytes())
                .isInstanceOf(EOFException.class);
        assertThat(new Incoming(new ByteArrayInputStream(all, 0, 5), stderr).read())
                .isEqualTo(-1);
    }

    private Incoming incoming() {
        return new Incoming(new ByteArrayInputStream(stream.toByteArray()), stderr);
    }

    private void piece(int kind, String text) {
        stream.writeBytes(
                ByteBuffer.allocate(8).put((byte) kind).putInt(4, text.length()).array());
        stream.writeBytes(text.getBytes(US_ASCII));
    }
}
