package dev.millrace.ingest.door;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A secret that lives in a file, so that it stays out of environments, command lines and configuration. */
public final class SecretFile {
    private static final int MOST = 4096;

    private SecretFile() {}

    /**
     * Reads the secret, without white space around it.
     *
     * @param key the setting that names the file, for messages
     * @throws IllegalStateException if there is no such secret; says what to do
     */
    public static byte[] read(Path file, String key) {
        String secret;
        try (var in = Files.newInputStream(file)) {
            secret = new String(in.readNBytes(MOST), StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            throw new IllegalStateException(
                    "%s: %s cannot be read; put the secret there and let only this user read it".formatted(key, file),
                    unreadable);
        }
        if (secret.isEmpty()) {
            throw new IllegalStateException("%s: %s is empty; put the secret there".formatted(key, file));
        }
        return secret.getBytes(StandardCharsets.UTF_8);
    }
}
