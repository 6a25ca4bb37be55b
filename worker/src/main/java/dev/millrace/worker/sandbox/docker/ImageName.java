package dev.millrace.worker.sandbox.docker;

import java.util.regex.Pattern;

/** How images are named: a registry's host perhaps, a path, a tag or digest; or an id. */
final class ImageName {
    private static final int LONGEST = 512;
    private static final String PART = "[A-Za-z0-9]+(?:[._-]+[A-Za-z0-9]+)*";
    private static final String PATH = PART + "(?::[0-9]{1,5})?(?:/" + PART + ")*";
    private static final Pattern NAME =
            Pattern.compile(PATH + "(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?");
    private static final Pattern BEGINNING = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:@-]*\\*");

    private ImageName() {}

    static boolean isOne(String name) {
        return name.length() <= LONGEST && NAME.matcher(name).matches();
    }

    /** A name, or the beginning of names and {@code *}. */
    static boolean isPattern(String pattern) {
        return isOne(pattern)
                || (pattern.length() <= LONGEST && BEGINNING.matcher(pattern).matches());
    }
}
