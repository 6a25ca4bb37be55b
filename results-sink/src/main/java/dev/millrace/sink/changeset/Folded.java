package dev.millrace.sink.changeset;

import java.text.Normalizer;
import java.util.Locale;

/** Names as somebody's file system may compare them: without case, and in one spelling of what Unicode can spell. */
final class Folded {
    private Folded() {}

    static String of(String name) {
        // Some letters meet their like only as capitals: the long s, the dotless i.
        return Normalizer.normalize(name, Normalizer.Form.NFKC)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
    }
}
