package dev.millrace.sink.text;

import java.util.regex.Pattern;

/**
 * What an agent or a stranger wrote, so that it stays readable as Markdown but does nothing: it notifies nobody, closes
 * no issue, loads no image, hides nothing, skips no checks, and cannot pass for one of Millrace's markers. Idempotent.
 */
public final class ForeignText {
    /** Parts what would act, and shows nothing. */
    private static final String GAP = "\u200b";

    private static final Pattern HIDDEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}&&[^\\n\\t]]");
    private static final Pattern LINE_ENDS = Pattern.compile("\\r\\n?|[\\u0085\\u2028\\u2029]");
    private static final Pattern BLANK_LINES = Pattern.compile("\\n[ \\t]*(?:\\n[ \\t]*){2,}");
    private static final Pattern MENTION = Pattern.compile("@(?=[\\w-])");
    private static final Pattern REFERENCE = Pattern.compile("([#!])(?=\\d)");
    private static final Pattern REFERENCE_BY_NAME = Pattern.compile("([A-Z]-)(?=\\d)");
    private static final Pattern REFERENCE_BY_URL = Pattern.compile("(?i)(/(?:issues|pulls?)/)(?=\\d)");
    private static final Pattern IMAGE = Pattern.compile("!(?=\\[)");
    private static final Pattern TAG = Pattern.compile("<(?=[\\p{L}/!?])");
    private static final Pattern ENTITY = Pattern.compile("&(?=#|[A-Za-z]+[0-9]*;)");
    private static final Pattern SKIP =
            Pattern.compile("(?i)\\[(skip ci|ci skip|no ci|skip actions|actions skip)(?=\\])");
    private static final Pattern TRAILER = Pattern.compile("(?m)^([A-Za-z][A-Za-z0-9-]*)(?=:[ \\t])");
    private static final Pattern SPACES = Pattern.compile("\\s+");

    private ForeignText() {}

    /**
     * Text of several lines for a comment or a description.
     *
     * @param most characters to keep, before what was parted is counted
     */
    public static String block(String raw, int most) {
        return parted(cut(plain(raw).strip(), most));
    }

    /** The same on one line, for a title. */
    public static String line(String raw, int most) {
        return parted(cut(SPACES.matcher(plain(raw)).replaceAll(" ").strip(), most));
    }

    /** The same for a commit's message, where no line may pass for a trailer either. */
    public static String message(String raw, int most) {
        return TRAILER.matcher(block(raw, most)).replaceAll("$1" + GAP);
    }

    private static String plain(String raw) {
        String lines = LINE_ENDS.matcher(raw).replaceAll("\n");
        return BLANK_LINES.matcher(HIDDEN.matcher(lines).replaceAll("")).replaceAll("\n\n");
    }

    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end).stripTrailing() + " …";
    }

    private static String parted(String text) {
        String result = text;
        for (Pattern acting : new Pattern[] {MENTION, IMAGE, TAG, ENTITY}) {
            result = acting.matcher(result).replaceAll("$0" + GAP);
        }
        for (Pattern acting : new Pattern[] {REFERENCE, REFERENCE_BY_NAME, REFERENCE_BY_URL}) {
            result = acting.matcher(result).replaceAll("$1" + GAP);
        }
        return SKIP.matcher(result).replaceAll("[" + GAP + "$1");
    }
}
