package dev.millrace.schemas.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;

/**
 * One contract as it was released.
 *
 * @param schemas by the record's name
 */
record Released(int version, Map<String, Schema> schemas) {
    static final Path DIRECTORY = Path.of("src/released");
    static final String ENDING = ".avsc";

    /** All of them, oldest first. */
    static List<Released> all(Path directory) {
        List<Released> all = new ArrayList<>();
        for (int version = 1; Files.isDirectory(at(directory, version)); version++) {
            all.add(new Released(version, read(at(directory, version))));
        }
        return all;
    }

    static Path at(Path directory, int version) {
        return directory.resolve(Integer.toString(version));
    }

    private static Map<String, Schema> read(Path directory) {
        Map<String, Schema> schemas = new TreeMap<>();
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (!name.endsWith(ENDING)) {
                    throw new IllegalStateException("%s is no schema of a record".formatted(file));
                }
                schemas.put(
                        name.substring(0, name.length() - ENDING.length()),
                        new Schema.Parser().parse(Files.readString(file)));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return schemas;
    }
}
