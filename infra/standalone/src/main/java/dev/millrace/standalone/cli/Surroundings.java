package dev.millrace.standalone.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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

    /** The image of each agent that {@code ./millrace images} builds, there or not; the launcher names them. */
    Map<String, String> agentImages() {
        var images = new TreeMap<String, String>();
        for (String one : value("MILLRACE_AGENT_IMAGES").orElse("").split("\\s+", -1)) {
            if (!one.isEmpty()) {
                String[] named = one.split("=", 2);
                if (named.length != 2) {
                    throw new UserError(
                            "MILLRACE_AGENT_IMAGES names images as AGENT=IMAGE, with spaces between them, not '%s'"
                                    .formatted(one));
                }
                images.put(named[0], named[1]);
            }
        }
        return images;
    }

    /** The properties that give each agent its image. */
    Map<String, Object> agents() {
        Map<String, Object> properties = new HashMap<>();
        agentImages().forEach((agent, image) -> properties.put("millrace.worker.agent.images." + agent, image));
        return properties;
    }

    /** The properties of a worker: its image, its agents', and the model as far as it is set. */
    Map<String, Object> worker() {
        Map<String, Object> properties = new HashMap<>(model());
        properties.putAll(agents());
        properties.put("millrace.worker.sandbox.image", image());
        return properties;
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

    /** Log lines go to the console from the level on, and nowhere else. */
    static void log(String consoleLevel) {
        log(Path.of("/dev/null"), consoleLevel);
    }

    /** Keeps log lines out of what people read: they go to the file, and to the console from the level on. */
    public static void log(Path file, String consoleLevel) {
        System.setProperty("millrace.log.file", file.toAbsolutePath().toString());
        System.setProperty("millrace.log.console", consoleLevel);
    }
}
