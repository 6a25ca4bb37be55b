package dev.millrace.ingest.trigger;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What of a Markdown text its writer says in their own words: code and quotes are blanked, every other character stays
 * where it was. In doubt something is code, so that nobody is understood to say what they only show.
 */
final class OwnWords {
    /** A fence may stand in a list or a quote; the character and its count decide what closes it. */
    private static final Pattern FENCE =
            Pattern.compile("[ \\t>]*(?:(?:[-*+]|\\d{1,9}[.)])[ \\t]+){0,8}(`{3,}|~{3,})(.*)");

    private static final Pattern QUOTE = Pattern.compile("[ \\t]*(?:(?:[-*+]|\\d{1,9}[.)])[ \\t]+){0,8}>.*");
    private static final Pattern INDENTED = Pattern.compile("(?: {0,3}\\t| {4}).*");

    private final String text;
    private final StringBuilder words;
    private String fence = "";
    private int paragraph = -1;
    private boolean mayIndent = true;

    private OwnWords(String text) {
        this.text = text;
        this.words = new StringBuilder(text);
    }

    /** The text with spaces where code and quotes are; of the same length. */
    static String of(String text) {
        var words = new OwnWords(text);
        words.blankLines();
        return words.words.toString();
    }

    private void blankLines() {
        for (int start = 0, end; start < text.length(); start = end + 1) {
            int newline = text.indexOf('\n', start);
            end = newline < 0 ? text.length() : newline;
            String line = text.substring(start, end);
            if (isOwn(line)) {
                paragraph = paragraph < 0 ? start : paragraph;
                mayIndent = false;
            } else {
                endParagraph(start);
                blank(start, end);
            }
        }
        endParagraph(text.length());
    }

    private boolean isOwn(String line) {
        Matcher opening = FENCE.matcher(line);
        boolean fenced = opening.matches();
        if (!fence.isEmpty()) {
            if (fenced && opening.group(1).startsWith(fence) && opening.group(2).isBlank()) {
                fence = "";
            }
            return false;
        }
        if (fenced && !(opening.group(1).startsWith("`") && opening.group(2).contains("`"))) {
            fence = opening.group(1);
            mayIndent = true;
            return false;
        }
        if (line.isBlank()) {
            mayIndent = true;
            return false;
        }
        return !QUOTE.matcher(line).matches()
                && !(mayIndent && INDENTED.matcher(line).matches());
    }

    private void endParagraph(int end) {
        if (paragraph >= 0) {
            blankSpans(paragraph, end);
            paragraph = -1;
        }
    }

    /** Code spans: from a run of backticks to the next run of the same length in the same paragraph. */
    private void blankSpans(int start, int end) {
        Map<Integer, Integer> lastRun = new HashMap<>();
        for (int at = start; at < end; at++) {
            if (text.charAt(at) == '`') {
                int length = run(at, end);
                lastRun.put(length, at);
                at += length - 1;
            }
        }
        int at = start;
        while (at < end) {
            if (text.charAt(at) != '`') {
                at++;
                continue;
            }
            int length = run(at, end);
            int close = lastRun.getOrDefault(length, at) > at ? nextRun(at + length, end, length) : at;
            if (close > at) {
                blank(at, close + length);
            }
            at = close + length;
        }
    }

    private int nextRun(int from, int end, int length) {
        int at = from;
        while (at < end) {
            int found = text.charAt(at) == '`' ? run(at, end) : 0;
            if (found == length) {
                return at;
            }
            at += Math.max(1, found);
        }
        throw new IllegalStateException("a run of backticks that was there is gone");
    }

    private int run(int at, int end) {
        int to = at;
        while (to < end && text.charAt(to) == '`') {
            to++;
        }
        return to - at;
    }

    private void blank(int start, int end) {
        for (int at = start; at < end; at++) {
            if (words.charAt(at) != '\n') {
                words.setCharAt(at, ' ');
            }
        }
    }
}
