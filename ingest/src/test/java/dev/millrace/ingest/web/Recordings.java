package dev.millrace.ingest.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The collection of recorded deliveries beside the checkout, {@code ../shared/gitea/webhooks}, or below the system
 * property {@code millrace.shared}.
 */
final class Recordings {
    static final String ABSENT = "the recorded deliveries (../shared/gitea/webhooks beside the checkout,"
            + " or -Dmillrace.shared=DIR) are not here";

    private static final JsonMapper JSON = new JsonMapper();

    private final Path directory;
    private final Map<String, String[]> events;

    private Recordings(Path directory) {
        this.directory = directory;
        this.events = events(directory);
    }

    /** One delivery with the headers that it came or would come with. */
    record Recording(String name, Map<String, String> headers, Path file) {
        byte[] body() {
            return Gateway.file(file);
        }

        boolean isJson() {
            return name.endsWith(".json");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Optional<Recordings> find() {
        return Stream.concat(
                        Stream.ofNullable(System.getProperty("millrace.shared")).map(Path::of), above())
                .map(shared -> shared.resolve("gitea/webhooks"))
                .filter(Files::isDirectory)
                .findFirst()
                .map(Recordings::new);
    }

    private static Stream<Path> above() {
        return Stream.iterate(Path.of("").toAbsolutePath(), dir -> dir != null, Path::getParent)
                .map(dir -> dir.resolve("shared"));
    }

    List<Recording> all() {
        try (var files = Files.list(directory);
                var forms = Files.list(directory.resolve("form"))) {
            return Stream.concat(files, forms)
                    .filter(file -> file.toString().matches(".*(?<!\\.headers)\\.json|.*\\.urlencoded"))
                    .sorted()
                    .map(this::recording)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    Recording named(String name) {
        return recording(directory.resolve(name));
    }

    private Recording recording(Path file) {
        String name = String.valueOf(file.getFileName());
        var headers = file.resolveSibling(name.replaceAll("\\.(json|urlencoded)$", ".headers.json"));
        if (Files.exists(headers)) {
            return new Recording(name, JSON.readValue(Gateway.file(headers), new TypeReference<>() {}), file);
        }
        var event = events.get(name);
        if (event == null) {
            throw new IllegalStateException(name + " is not in SOURCES.md");
        }
        return new Recording(name, Gateway.headers(event[0], event[1], Gateway.file(file)), file);
    }

    /** The column of SOURCES.md that says which event and event type a current Gitea sends with such a body. */
    private static Map<String, String[]> events(Path directory) {
        var events = new HashMap<String, String[]>();
        new String(Gateway.file(directory.resolve("SOURCES.md")), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split("\\|", -1))
                .filter(cells -> cells.length > 4 && cells[3].contains(" / "))
                .forEach(cells -> events.put(cells[1].strip(), cells[3].strip().split(" / ", -1)));
        return events;
    }
}
