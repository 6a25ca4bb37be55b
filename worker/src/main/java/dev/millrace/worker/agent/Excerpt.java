package dev.millrace.worker.agent;

import java.nio.charset.StandardCharsets;

/** Long text, cut down to its head and tail. */
public final class Excerpt {
    private Excerpt() {}

    /** At most that many bytes in UTF-8, not counting the line in the middle that says how many were left out. */
    public static String of(String text, int bytes) {
        byte[] all = text.getBytes(StandardCharsets.UTF_8);
        if (all.length <= bytes) {
            // Not 'text' itself: half a character, as cut output may hold, becomes a question mark.
            return new String(all, StandardCharsets.UTF_8);
        }
        int head = bytes / 2;
        while (inside(all[head])) {
            head--;
        }
        int tail = all.length - bytes / 2;
        while (tail < all.length && inside(all[tail])) {
            tail++;
        }
        return new String(all, 0, head, StandardCharsets.UTF_8)
                + "\n[… %d bytes left out …]\n".formatted(tail - head)
                + tail(all, tail);
    }

    /** At most that many bytes of the end. */
    public static String tail(String text, int bytes) {
        byte[] all = text.getBytes(StandardCharsets.UTF_8);
        int from = Math.max(0, all.length - bytes);
        while (from < all.length && inside(all[from])) {
            from++;
        }
        return tail(all, from);
    }

    private static String tail(byte[] all, int from) {
        return new String(all, from, all.length - from, StandardCharsets.UTF_8);
    }

    /** Whether a character has begun before this byte. */
    private static boolean inside(byte b) {
        return (b & 0xC0) == 0x80;
    }
}
