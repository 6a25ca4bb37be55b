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

    /** The text without its mentions and the white space after them. */
    String removedFrom(String text) {
        var mentions = pattern.matcher(OwnWords.of(text));
        var rest = new StringBuilder(text.length());
        int from = 0;
        while (mentions.find()) {
            rest.append(text, from, mentions.start());
            from = mentions.end();
            while (from < text.length() && isGap(text.charAt(from))) {
                from++;
            }
        }
        return rest.append(text, from, text.length()).toString().strip();
    }

    private static boolean isGap(char c) {
        return c == ' ' || c == '\t' || c == ',' || c == ':';
    }
}
