package dev.millrace.worker.model.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The secret that a provider wants to see; shows itself to nobody else. */
public record ModelKey(String value) {
    private static final int LONGEST = 16 * 1024;

    public ModelKey {
        // Checked here, since the HTTP client would complain with the whole value in its message.
        if (!value.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException("the model's key (LLM_API_KEY, millrace.worker.model.key or key-file)"
                    + " must be one word of printable ASCII: check for quotes, spaces or line breaks in it");
        }
    }

    /** Where a key comes from. */
    public sealed interface Source {
        Source NONE = new Given(new ModelKey(""));

        /**
         * The key as it is now.
         *
         * @throws IllegalArgumentException if it cannot be read or sent
         */
        ModelKey read();

        /** Where an operator finds it. */
        String whereabouts();
    }

    /** Stays as it is. */
    public record Given(ModelKey read) implements Source {
        @Override
        public String whereabouts() {
            return "LLM_API_KEY or millrace.worker.model.key";
        }
    }

    /**
     * A file that is read at each use, so that a new key needs no restart.
     *
     * @param named the configuration's key that names it
     */
    public record InFile(Path file, String named) implements Source {
        @Override
        public ModelKey read() {
            try (var in = Files.newInputStream(file)) {
                return new ModelKey(new String(in.readNBytes(LONGEST), UTF_8).strip());
            } catch (IOException unreadable) {
                throw new IllegalArgumentException("%s '%s' cannot be read".formatted(named, file), unreadable);
            }
        }

        @Override
        public String whereabouts() {
            return named;
        }
    }

    public boolean isGiven() {
        return !value.isEmpty();
    }

    /** Providers like to repeat a refused key in their answer. */
    public String removedFrom(String text) {
        return isGiven() ? text.replace(value, "…") : text;
    }

    @Override
    public String toString() {
        return isGiven() ? "ModelKey[…]" : "ModelKey[none]";
    }
}
