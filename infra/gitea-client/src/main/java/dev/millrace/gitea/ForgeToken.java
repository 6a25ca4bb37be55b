package dev.millrace.gitea;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An access token that does not show itself. */
final class ForgeToken {
    private final String value;

    ForgeToken(String value) {
        this.value = value.strip();
        if (this.value.isEmpty() || this.value.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException("the forge's access token is empty or holds characters no token has");
        }
    }

    static ForgeToken read(Path file) {
        try {
            return new ForgeToken(Files.readString(file));
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "millrace.gitea.token-file %s cannot be read; put the bot's access token into it".formatted(file),
                    unreadable);
        } catch (IllegalArgumentException unusable) {
            throw new IllegalArgumentException(
                    "millrace.gitea.token-file %s holds no access token; put the bot's into it, and nothing else"
                            .formatted(file),
                    unusable);
        }
    }

    String header() {
        return "token " + value;
    }

    /** The text as it may be shown: what a forge or a proxy echoes back of the token is taken out. */
    String hiddenIn(String text) {
        return text.replace(value, "***");
    }

    @Override
    public String toString() {
        return "***";
    }
}
