package dev.millrace.sink.delivery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** The bot's access token, as git sends it; does not show itself. */
public record GitToken(String value) {
    public GitToken {
        value = value.strip();
        if (value.isEmpty() || value.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException("the forge's access token is empty or holds characters no token has");
        }
    }

    /** Reads a file that holds the token and nothing else. */
    static GitToken read(Path file) {
        try {
            return new GitToken(Files.readString(file));
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "millrace.gitea.token-file %s cannot be read; put the bot's access token into it".formatted(file),
                    unreadable);
        }
    }

    /** With any user's name, the token decides who it is. */
    String basic() {
        byte[] pair = ("millrace:" + value).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    @Override
    public String toString() {
        return "***";
    }
}
