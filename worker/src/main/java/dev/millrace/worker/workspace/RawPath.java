package dev.millrace.worker.workspace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A path below the root of a work tree, in bytes, as Linux and git have it: each byte is one char here, so that any name
 * fits, is compared as it is, and matches patterns as in git.
 */
record RawPath(String chars) {
    static final RawPath ROOT = new RawPath("");

    /** The longest that Linux takes, in bytes. */
    static final int LONGEST = 4095;

    private static final int SHOWN = 200;

    static RawPath of(byte[] bytes) {
        return new RawPath(new String(bytes, ISO_8859_1));
    }

    byte[] bytes() {
        return chars.getBytes(ISO_8859_1);
    }

    boolean isRoot() {
        return chars.isEmpty();
    }

    RawPath parent() {
        int slash = chars.lastIndexOf('/');
        return slash < 0 ? ROOT : new RawPath(chars.substring(0, slash));
    }

    RawPath child(String name) {
        return isRoot() ? new RawPath(name) : new RawPath(chars + "/" + name);
    }

    /** What comes after a directory that this path is in. */
    String below(RawPath directory) {
        return directory.isRoot() ? chars : chars.substring(directory.chars.length() + 1);
    }

    /** For people, on one line. */
    String shown() {
        String text = new String(bytes(), UTF_8).replaceAll("\\p{Cntrl}", "?");
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
