package dev.millrace.worker.sandbox.tether;

import java.nio.charset.StandardCharsets;

/** Words of the other end, fit for a message or a log. */
final class Text {
    private Text() {}

    /** At most so many characters, control characters replaced. */
    static String of(byte[] said, int most) {
        String text = new String(said, StandardCharsets.UTF_8);
        return (text.length() > most ? text.substring(0, most) + "…" : text).replaceAll("\\p{Cntrl}", "?");
    }
}
