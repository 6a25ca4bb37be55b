package dev.millrace.worker.sandbox.docker;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Keeps the first and the last bytes of a stream of any length, and counts what was left out between. Thread-safe. */
final class HeadAndTail extends OutputStream {
    private final byte[] head;
    private final byte[] tail;
    private long seen;

    /** @param kept bytes kept at most, half of them from each end */
    HeadAndTail(int kept) {
        head = new byte[kept - kept / 2];
        tail = new byte[kept / 2];
    }

    @Override
    public void write(int oneByte) {
        write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        int toHead = (int) Math.min(length, Math.max(0, head.length - seen));
        System.arraycopy(bytes, offset, head, (int) Math.min(seen, head.length), toHead);
        // Of what goes to the tail only the last bytes can stay, so skip what they would overwrite.
        int skipped = Math.max(toHead, length - tail.length);
        long position = seen + skipped - head.length;
        for (int i = skipped; i < length; ) {
            int at = (int) (position % tail.length);
            int run = Math.min(length - i, tail.length - at);
            System.arraycopy(bytes, offset + i, tail, at, run);
            i += run;
            position += run;
        }
        seen += length;
    }

    /** Bytes left out so far. */
    synchronized long leftOut() {
        return Math.max(0, seen - head.length - tail.length);
    }

    /** What was kept as UTF-8, with a line between head and tail that counts the bytes left out. */
    @Override
    public synchronized String toString() {
        if (seen <= head.length) {
            return text(Arrays.copyOf(head, (int) seen));
        }
        long inTail = seen - head.length;
        if (inTail <= tail.length) {
            byte[] whole = Arrays.copyOf(head, (int) seen);
            System.arraycopy(tail, 0, whole, head.length, (int) inTail);
            return text(whole);
        }
        int oldest = (int) (inTail % tail.length);
        byte[] last = new byte[tail.length];
        System.arraycopy(tail, oldest, last, 0, tail.length - oldest);
        System.arraycopy(tail, 0, last, tail.length - oldest, oldest);
        return "%s\n[… %d bytes left out …]\n%s".formatted(text(head), inTail - tail.length, text(last));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
