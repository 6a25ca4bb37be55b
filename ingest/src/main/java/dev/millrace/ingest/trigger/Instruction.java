package dev.millrace.ingest.trigger;

import dev.millrace.ingest.trigger.ForgeEvent.Issue;
import dev.millrace.schemas.text.HiddenText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.springframework.util.unit.DataSize;

/**
 * What the agent is told: the texts as they stood at the trigger, without what people do not see, and not too long.
 *
 * @param title of the issue, on one line
 * @param originalHash first 16 hex digits of the SHA-256 of the texts before anything was removed
 */
record Instruction(String title, String text, String originalHash) {
    private static final int MOST_TITLE = 255;

    /**
     * What an agent is told.
     *
     * @param said words to the bot, cleaned; empty where the issue speaks for itself
     */
    static Instruction of(Wish wish, String said, DataSize limit) {
        Issue issue = wish.issue();
        String title = oneLine(HiddenText.removedFrom(issue.title()));
        String body = HiddenText.removedFrom(issue.body());
        String context = (title + "\n\n" + body).strip();
        String text = said.isEmpty()
                ? context
                : "%s\n\n---\nThis was said on %s #%d:\n\n%s".formatted(said, issue.kind(), issue.number(), context);
        return new Instruction(title, cut(text, limit), hash(wish.said(), issue.title(), issue.body()));
    }

    private static String oneLine(String title) {
        String line = title.replaceAll("\\s+", " ").strip();
        if (line.length() <= MOST_TITLE) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(MOST_TITLE - 2)) ? MOST_TITLE - 2 : MOST_TITLE - 1;
        return line.substring(0, end) + "…";
    }

    /** Cuts between characters; the mark counts, so that what was cut once fits. */
    static String cut(String text, DataSize limit) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= limit.toBytes()) {
            return text;
        }
        String mark = "\n\n[cut here: the text was longer than %d bytes]".formatted(limit.toBytes());
        int end = Math.toIntExact(limit.toBytes()) - mark.length();
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8) + mark;
    }

    private static String hash(String... texts) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (String text : texts) {
                digest.update(text.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
