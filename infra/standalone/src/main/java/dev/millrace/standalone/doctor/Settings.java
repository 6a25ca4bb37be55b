package dev.millrace.standalone.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What the environment says. */
record Settings(Map<String, String> environment) {
    Optional<String> value(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    Optional<Path> file(String name) {
        return value(name).map(Path::of);
    }

    /** The one line that a file holds. */
    String secret(String name, String what) {
        Path file = file(name).orElseThrow(() -> new Trouble(name + " is not set", "set it to a file with " + what));
        try {
            String content = Files.readString(file).strip();
            if (content.isEmpty()) {
                throw new Trouble("%s: %s is empty".formatted(name, file), "put %s into it".formatted(what));
            }
            return content;
        } catch (IOException unreadable) {
            throw new Trouble("%s: %s cannot be read".formatted(name, file), "put %s there".formatted(what));
        }
    }
}
