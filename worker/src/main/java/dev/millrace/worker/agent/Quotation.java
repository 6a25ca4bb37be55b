package dev.millrace.worker.agent;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Quotes texts between marks that stand in none of them. The marks follow from all the texts together, so that nobody
 * who writes one of them can know what the marks will be, and the same texts give the same prompt.
 */
final class Quotation {
    private static final int DIGITS = 16;

    private final String name;

    /** @param texts all that is to be quoted */
    Quotation(List<String> texts) {
        String candidate = "";
        do {
            candidate = "quoted-" + digest(texts, candidate).substring(0, DIGITS);
        } while (standsIn(candidate, texts));
        name = candidate;
    }

    String opening() {
        return "<" + name + ">";
    }

    String closing() {
        return "</" + name + ">";
    }

    String of(String text) {
        return opening() + "\n" + text + "\n" + closing();
    }

    private static boolean standsIn(String mark, List<String> texts) {
        return texts.stream().anyMatch(text -> text.contains(mark));
    }

    private static String digest(List<String> texts, String before) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(before.getBytes(StandardCharsets.UTF_8));
            for (String text : texts) {
                digest.update((byte) 0);
                digest.update(text.getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
