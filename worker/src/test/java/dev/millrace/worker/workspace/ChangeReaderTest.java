package dev.millrace.worker.workspace;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.millrace.worker.sandbox.Ended;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeReaderTest {
    private static final String BASE = "b".repeat(40);
    private static final String HEAD = "a".repeat(40);
    private static final Ended FINE = new Ended(0, "", "", false, Duration.ZERO);

    private final ChangeReader reader = new ChangeReader(100);

    @Test
    void sameIsNoChange() throws IOException {
        reader.write("same\n".getBytes(US_ASCII));

        assertThat(reader.change(BASE, FINE)).isEqualTo(new Change.NoChange());
    }

    @Test
    void aLineAndAPackAreAChangeHoweverTheyAreCut() throws Exception {
        byte[] pack = pack("PACK and some objects");
        for (byte next : ("changed " + HEAD + "\n").getBytes(US_ASCII)) {
            reader.write(next);
        }
        reader.write(pack);

        assertThat(reader.change(BASE, FINE)).isInstanceOfSatisfying(Change.Changed.class, changed -> {
            assertThat(changed.baseCommit()).isEqualTo(BASE);
            assertThat(changed.headCommit()).isEqualTo(HEAD);
            assertThat(changed.pack()).isEqualTo(pack);
        });
    }

    @Test
    void aPackThatLacksItsEndIsUnreadable() throws Exception {
        byte[] pack = pack("PACK and some objects");
        reader.write(("changed " + HEAD + "\n").getBytes(US_ASCII));
        reader.write(pack, 0, pack.length - 1);

        assertThat(reader.change(BASE, FINE)).isInstanceOf(Change.Unreadable.class);
    }

    @Test
    void moreThanTheLimitIsTooLargeAndEndsTheStream() throws IOException {
        reader.write(("changed " + HEAD + "\n").getBytes(US_ASCII));

        assertThatIOException().isThrownBy(() -> reader.write(new byte[101]));
        assertThat(reader.change(BASE, new Ended(141, "", "", false, Duration.ZERO)))
                .isEqualTo(new Change.TooLarge(100));
    }

    @Test
    void anEndlessLineIsCutOff() {
        assertThatIOException().isThrownBy(() -> reader.write(new byte[1000]));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "same", "same\nx", "changed\n", "changed XYZ\n", "changed ../../x\n", "changed \u00e9\n"})
    void anythingElseIsUnreadable(String output) throws IOException {
        reader.write(output.getBytes(US_ASCII));

        assertThat(reader.change(BASE, FINE)).isInstanceOf(Change.Unreadable.class);
    }

    @Test
    void whatGitSaidIsTheReason() {
        assertThat(reader.change(BASE, new Ended(128, "", "fatal: bad object\n", false, Duration.ZERO)))
                .isEqualTo(new Change.Unreadable("git in the sandbox ended with 128: fatal: bad object"));
        assertThat(reader.change(BASE, new Ended(124, "", "", true, Duration.ZERO)))
                .isInstanceOf(Change.Unreadable.class);
    }

    private static byte[] pack(String content) throws Exception {
        var pack = new ByteArrayOutputStream();
        pack.write(content.getBytes(US_ASCII));
        pack.write(MessageDigest.getInstance("SHA-1").digest(content.getBytes(US_ASCII)));
        return pack.toByteArray();
    }
}
