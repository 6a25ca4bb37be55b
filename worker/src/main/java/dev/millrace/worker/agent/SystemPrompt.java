package dev.millrace.worker.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How the built-in agent is to work, whatever the task is. */
final class SystemPrompt {
    private static final int LONGEST = 64 * 1024;

    private SystemPrompt() {}

    /**
     * @param file of the operator's; empty for Millrace's own
     * @throws IllegalArgumentException if it cannot be used
     */
    static String read(String file) {
        return file.isEmpty() ? ours() : theirs(Path.of(file));
    }

    private static String ours() {
        try (InputStream own = SystemPrompt.class.getResourceAsStream("system-prompt.md")) {
            if (own == null) {
                throw new IllegalStateException("system-prompt.md is missing beside " + SystemPrompt.class);
            }
            return new String(own.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String theirs(Path file) {
        try {
            if (Files.size(file) > LONGEST) {
                throw refused(file, "is longer than 64 KB", null);
            }
            String text = Files.readString(file).strip();
            if (text.isEmpty()) {
                throw refused(file, "is empty", null);
            }
            return text;
        } catch (CharacterCodingException garbled) {
            throw refused(file, "is not UTF-8", garbled);
        } catch (IOException unreadable) {
            throw refused(file, "cannot be read", unreadable);
        }
    }

    private static IllegalArgumentException refused(Path file, String why, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "millrace.worker.agent.system-prompt '%s' %s; name a text file, or leave it out".formatted(file, why),
                cause);
    }
}
