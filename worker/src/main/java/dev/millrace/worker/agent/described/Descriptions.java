package dev.millrace.worker.agent.described;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds agents' descriptions: those that Millrace brings, and those of the operator, which come before them. */
final class Descriptions {
    static final List<String> SHIPPED = List.of(
            "aider", "claude-code", "codex", "mini-swe-agent", "opencode", "openhands", "openhands-sdk", "qwen-code");

    private static final String YAML = ".yaml";
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    private Descriptions() {}

    /**
     * All of them, by name.
     *
     * @param directory of the operator; empty for none
     * @throws DescriptionRefused if one cannot be used
     */
    static SortedMap<String, Description> all(String directory) {
        var all = new TreeMap<String, Description>();
        SHIPPED.forEach(name -> all.put(name, shipped(name)));
        if (!directory.isEmpty()) {
            files(Path.of(directory)).forEach(file -> all.put(name(file), read(file)));
        }
        return all;
    }

    static Description shipped(String name) {
        try (var file = Descriptions.class.getResourceAsStream(name + YAML)) {
            if (file == null) {
                throw new IllegalStateException("%s%s is missing beside %s".formatted(name, YAML, Descriptions.class));
            }
            return DescriptionReader.read(name, name + YAML, new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return new ArrayList<>(files.filter(file -> file.toString().endsWith(YAML))
                    .sorted()
                    .toList());
        } catch (IOException unreadable) {
            throw new DescriptionRefused(
                    directory.toString(),
                    "millrace.worker.agent.descriptions must be a directory that can be read: " + unreadable);
        }
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - YAML.length());
    }

    private static Description read(Path file) {
        if (!NAME.matcher(name(file)).matches()) {
            throw new DescriptionRefused(
                    file.toString(), "an agent's name has small letters, digits and hyphens, and begins with a letter");
        }
        try {
            return DescriptionReader.read(name(file), file.toString(), Files.readString(file));
        } catch (IOException unreadable) {
            throw new DescriptionRefused(file.toString(), "cannot be read: " + unreadable);
        }
    }
}
