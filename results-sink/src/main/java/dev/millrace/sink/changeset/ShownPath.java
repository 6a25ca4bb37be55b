package dev.millrace.sink.changeset;

/** Makes a hostile name fit for a sentence: no control or invisible characters, no back-ticks, no flood. */
final class ShownPath {
    private static final int MOST = 160;

    private ShownPath() {}

    static String of(String path) {
        String plain = path.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Co}\\p{Cn}\\p{Cs}`]", "?");
        return plain.length() <= MOST ? plain : plain.substring(0, MOST) + "…";
    }
}
