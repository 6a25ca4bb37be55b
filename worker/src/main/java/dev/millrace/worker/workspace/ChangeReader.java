package dev.millrace.worker.workspace;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.worker.sandbox.Ended;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes in what {@code out.sh} writes: one line, then a pack where there is a change. */
final class ChangeReader extends OutputStream {
    private static final Pattern CHANGED = Pattern.compile("changed ([0-9a-f]{40})");
    private static final int LONGEST_LINE = 64;
    private static final int DIGEST = 20;
    private static final int REASON = 2000;

    private final int limit;
    private final StringBuilder line = new StringBuilder();
    private final ByteArrayOutputStream pack = new ByteArrayOutputStream();
    private boolean lineEnded;
    private boolean tooLarge;

    /** @param limit of the pack, in bytes */
    ChangeReader(int limit) {
        this.limit = limit;
    }

    @Override
    public void write(int oneByte) throws IOException {
        write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int end = offset + length;
        while (!lineEnded && at < end) {
            byte next = bytes[at++];
            lineEnded = next == '\n';
            if (!lineEnded && line.append((char) (next & 0xff)).length() > LONGEST_LINE) {
                throw new IOException("no line where one was expected");
            }
        }
        if (pack.size() + (end - at) > limit) {
            tooLarge = true;
            throw new IOException("more than " + limit + " bytes");
        }
        pack.write(bytes, at, end - at);
    }

    Change change(String baseCommit, Ended ended) {
        if (tooLarge) {
            return new Change.TooLarge(limit);
        }
        if (ended.timedOut()) {
            return new Change.Unreadable("taking the files took longer than allowed");
        }
        if (!ended.succeeded()) {
            return new Change.Unreadable(reason(ended));
        }
        if (lineEnded && line.toString().equals("same") && pack.size() == 0) {
            return new Change.NoChange();
        }
        Matcher changed = CHANGED.matcher(line);
        byte[] bytes = pack.toByteArray();
        if (!lineEnded || !changed.matches() || !isWhole(bytes)) {
            return new Change.Unreadable("what came out of the sandbox is no changeset");
        }
        return new Change.Changed(baseCommit, changed.group(1), bytes);
    }

    private static String reason(Ended ended) {
        String said = ended.stderr().strip();
        String last = said.substring(Math.max(0, said.length() - REASON));
        return "git in the sandbox ended with %d: %s".formatted(ended.exitCode(), last);
    }

    /** A pack ends with the SHA-1 of all before; checked here, so that a broken stream is not taken for an attack. */
    private static boolean isWhole(byte[] pack) {
        if (pack.length < 12 + DIGEST || !new String(pack, 0, 4, US_ASCII).equals("PACK")) {
            return false;
        }
        try {
            var sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(pack, 0, pack.length - DIGEST);
            return Arrays.equals(sha1.digest(), Arrays.copyOfRange(pack, pack.length - DIGEST, pack.length));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-1", missing);
        }
    }
}
