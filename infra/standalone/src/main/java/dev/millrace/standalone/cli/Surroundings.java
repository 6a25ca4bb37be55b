package dev.millrace.standalone.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the environment says, turned into the stages' properties; problems are told with their remedy. */
public final class Surroundings {
    private final Map<String, String> environment;

    public Surroundings(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    /** The sandbox image; the launcher names the one that it built. */
    public String image() {
        return value("MILLRACE_SANDBOX_IMAGE")
                .orElseThrow(() -> new UserError(
                        "no sandbox image: start through ./millrace, or set MILLRACE_SANDBOX_IMAGE to an image"));
    }

    /** A file that the environment must name. */
    Path file(String name, String what) {
        Path file = Path.of(
                        value(name).orElseThrow(() -> new UserError("set %s to a file with %s".formatted(name, what))))
                .toAbsolutePath();
        if (!Files.isReadable(file)) {
            throw new UserError("%s names %s, which cannot be read".formatted(name, file));
        }
        return file;
    }

    /** Whether a model is named for the built-in agent. */
    boolean hasModel() {
        return value("LLM_BASE_URL").isPresent() && value("LLM_MODEL").isPresent();
    }

    /** The model's properties, as far as they are set. */
    Map<String, Object> model() {
        Map<String, Object> properties = new HashMap<>();
        value("LLM_BASE_URL").ifPresent(url -> properties.put("millrace.worker.model.base-url", url));
        value("LLM_MODEL").ifPresent(name -> properties.put("millrace.worker.model.name", name));
        value("LLM_API_KEY").ifPresent(key -> properties.put("millrace.worker.model.key", key));
        return properties;
    }

    /** Keeps log lines out of what people read: they go to the file, and to the console from the level on. */
    public static void log(Path file, String consoleLevel) {
        System.setProperty("millrace.log.file", file.toAbsolutePath().toString());
        System.setProperty("millrace.log.console", consoleLevel);
    }
}
