package dev.millrace.schemas.id;

import java.util.regex.Pattern;

/** Makes a refused value fit to be shown: nothing invisible that moves or hides text, no flood. */
final class Shown {
    private static final int MOST = 80;
    /** Controls, formats such as changes of direction, halves of pairs, line and paragraph separators. */
    private static final Pattern UNSEEN = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

    private Shown() {}

    static String of(String value) {
        String cut = value.length() <= MOST ? value : value.substring(0, MOST) + "…";
        return UNSEEN.matcher(cut).replaceAll("?");
    }
}
