package dev.millrace.schemas.text;

/**
 * Takes out of a text what a person who reads it in the forge does not see: HTML comments, and characters that are
 * invisible, reorder others or control something. What is cleaned once is not changed by cleaning it again.
 */
public final class HiddenText {
    private static final String OPEN = "<!--";
    private static final String CLOSE = "-->";

    private HiddenText() {}

    /** The text as people see it, without white space around it. */
    public static String removedFrom(String text) {
        // First the comments as they stand, then again those that the invisible characters kept from being any.
        return withoutComments(withoutInvisible(withoutComments(text))).strip();
    }

    /** A comment that nobody closes hides all that follows; what two halves around a comment make up is one, too. */
    public static String withoutComments(String text) {
        if (!text.contains(OPEN)) {
            return text;
        }
        var seen = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            seen.append(text.charAt(at++));
            int open = seen.length() - OPEN.length();
            if (open >= 0 && seen.charAt(seen.length() - 1) == '-' && seen.indexOf(OPEN, open) == open) {
                seen.setLength(open);
                int close = text.indexOf(CLOSE, at);
                at = close < 0 ? text.length() : close + CLOSE.length();
            }
        }
        return seen.toString();
    }

    /** For code, where people do see comments. */
    public static String withoutInvisible(String text) {
        var seen = new StringBuilder(text.length());
        text.replace("\r\n", "\n").codePoints().forEach(c -> {
            if (c == '\r' || c == 0x2028 || c == 0x2029) {
                seen.append('\n');
            } else if (c == '\n' || c == '\t' || !isInvisible(c)) {
                seen.appendCodePoint(c);
            }
        });
        return seen.toString();
    }

    private static boolean isInvisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE -> true;
            case Character.UNASSIGNED -> true;
            default -> isBlankLetter(c) || isVariationSelector(c);
        };
    }

    /** Letters and marks without any ink, which the other categories do not tell. */
    private static boolean isBlankLetter(int c) {
        return c == 0x034F
                || c == 0x115F
                || c == 0x1160
                || c == 0x17B4
                || c == 0x17B5
                || c == 0x2800
                || c == 0x3164
                || c == 0xFFA0;
    }

    /** They can carry any bytes behind one visible character. */
    private static boolean isVariationSelector(int c) {
        return (c >= 0x180B && c <= 0x180F) || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
    }
}
