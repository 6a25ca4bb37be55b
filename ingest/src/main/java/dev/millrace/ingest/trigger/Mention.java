package dev.millrace.ingest.trigger;

import dev.millrace.schemas.text.HiddenText;
import java.util.regex.Pattern;

/** Somebody addressing the bot: {@code @login} as a word of its own, in words of the writer's own. */
final class Mention {
    private final Pattern pattern;

    Mention(String login) {
        pattern = Pattern.compile(
                "(?<![\\w@./-])@%s(?![\\w/-]|\\.\\w)".formatted(Pattern.quote(login)),
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);
    }

    /** Code, quotes and HTML comments do not address anybody. */
    boolean in(String text) {
        return pattern.matcher(OwnWords.of(HiddenText.withoutComments(text))).find();
    }

    /** The text around the first mention, without the others and the white space after them. */
    Address split(String text) {
        var mentions = pattern.matcher(OwnWords.of(text));
        if (!mentions.find()) {
            return new Address("", text);
        }
        String before = text.substring(0, mentions.start());
        var after = new StringBuilder(text.length());
        int from = afterGap(text, mentions.end());
        while (mentions.find()) {
            after.append(text, from, mentions.start());
            from = afterGap(text, mentions.end());
        }
        return new Address(before, after.append(text, from, text.length()).toString());
    }

    /** What stands before and after a mention. */
    record Address(String before, String after) {}

    private static int afterGap(String text, int from) {
        int at = from;
        while (at < text.length() && isGap(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isGap(char c) {
        return c == ' ' || c == '\t' || c == ',' || c == ':';
    }
}
