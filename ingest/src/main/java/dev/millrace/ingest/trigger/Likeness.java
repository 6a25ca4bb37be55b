package dev.millrace.ingest.trigger;

import java.util.List;
import java.util.Optional;

/** Words that are nearly others. */
final class Likeness {
    private static final int MOST_SHOWN = 30;

    private Likeness() {}

    /** The word that this one is mistyped from, with at most two letters wrong, missing or too many. */
    static Optional<String> nearest(String word, List<String> words) {
        return words.stream()
                .filter(one -> Math.abs(one.length() - word.length()) <= 2 && word.length() > 3)
                .filter(one -> distance(one, word) <= 2)
                .findFirst();
    }

    /** As it may stand between back-ticks. */
    static String shown(String word) {
        String plain = word.replaceAll("[^\\x21-\\x7e]|[`@]", "?");
        return plain.length() > MOST_SHOWN ? plain.substring(0, MOST_SHOWN) + "…" : plain;
    }

    private static int distance(String one, String other) {
        int[] last = new int[other.length() + 1];
        for (int j = 0; j < last.length; j++) {
            last[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] row = new int[last.length];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int changed = last[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(changed, 1 + Math.min(last[j], row[j - 1]));
            }
            last = row;
        }
        return last[other.length()];
    }
}
