package dev.millrace.worker.sandbox.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Words that the worker knows and no sandbox may: in its environment (the build sets {@code MILLRACE_CANARY}), in its
 * configuration, and in a file. All begin with {@link #WORD}.
 */
public final class Canaries {
    public static final String WORD = "canary-of-the-worker";

    private static final String CONFIGURED = "millrace.worker.model.key";

    private Canaries() {}

    /** Puts them where they are missing. */
    public static void plant() {
        System.setProperty(CONFIGURED, WORD + "s-configuration");
    }

    /** An environment, and what the worker has beside it. */
    static String[] withTheWorkersOwn(String @Nullable [] environment) {
        return Stream.concat(
                        Stream.of(environment == null ? new String[0] : environment),
                        Stream.of(
                                "MILLRACE_CANARY=" + System.getenv("MILLRACE_CANARY"),
                                "MODEL_KEY=" + System.getProperty(CONFIGURED)))
                .toArray(String[]::new);
    }

    /** A directory of the worker's with a file in it. */
    static Path directory() {
        try {
            Path directory = Files.createDirectories(Path.of("target", "canaries"));
            Files.writeString(directory.resolve("token"), WORD + "s-files\n");
            return directory.toAbsolutePath();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot plant a canary", failed);
        }
    }
}
