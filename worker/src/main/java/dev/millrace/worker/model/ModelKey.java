package dev.millrace.worker.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The secret that a provider wants to see; shows itself to nobody else. */
record ModelKey(String value) {
    ModelKey {
        // Checked here, since the HTTP client would complain with the whole value in its message.
        if (!value.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException("the model's key (LLM_API_KEY, millrace.worker.model.key or key-file)"
                    + " must be one word of printable ASCII: check for quotes, spaces or line breaks in it");
        }
    }

    static ModelKey of(ModelProperties properties) {
        if (properties.keyFile().isEmpty()) {
            return new ModelKey(properties.key());
        }
        try {
            return new ModelKey(Files.readString(Path.of(properties.keyFile())).strip());
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "millrace.worker.model.key-file '" + properties.keyFile() + "' cannot be read", unreadable);
        }
    }

    boolean isGiven() {
        return !value.isEmpty();
    }

    /** Providers like to repeat a refused key in their answer. */
    String removedFrom(String text) {
        return isGiven() ? text.replace(value, "…") : text;
    }

    @Override
    public String toString() {
        return isGiven() ? "ModelKey[…]" : "ModelKey[none]";
    }
}
