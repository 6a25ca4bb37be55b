package dev.millrace.schemas.id;

/** Makes a refused value fit to be shown: no control characters, no flood. */
final class Shown {
    private static final int MOST = 80;

    private Shown() {}

    static String of(String value) {
        String cut = value.length() <= MOST ? value : value.substring(0, MOST) + "…";
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
