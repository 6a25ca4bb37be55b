package dev.millrace.ingest.dispatch;

import java.util.regex.Pattern;

/** Makes what others said fit to be told on: one line, nothing invisible, no flood. */
final class Said {
    /** All reasons of a task's attempts together stay well below what a record may hold. */
    private static final int MOST = 1_000;

    private static final Pattern UNSEEN = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}\\s]+");

    private Said() {}

    static String of(String text) {
        String cut = text.length() <= MOST ? text : text.substring(0, MOST - 1) + "…";
        return UNSEEN.matcher(cut).replaceAll(" ").strip();
    }
}
