package dev.millrace.bench.fleet;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** What a worker did and when, a line each, written through at once so that it outlives a kill. Thread-safe. */
public final class Journal implements AutoCloseable {
    private final OutputStream file;
    private final InstantSource clock;

    private Journal(OutputStream file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    /** What happened. */
    public enum Kind {
        /** A worker of that name began to live; what follows is its doing. */
        WORKER,
        /** The agent was let loose in the sandbox of an attempt. */
        HOLDS,
        /** The sandbox of an attempt was removed. */
        LEFT
    }

    /**
     * One line.
     *
     * @param name of the worker, or of the task
     * @param attempt 0 for a worker
     */
    public record Entry(Instant at, Kind kind, String name, int attempt) {
        private static Entry of(String line) {
            String[] parts = line.split(" ", 4);
            return new Entry(
                    Instant.ofEpochMilli(Long.parseLong(parts[0])),
                    Kind.valueOf(parts[1]),
                    parts[2],
                    Integer.parseInt(parts[3]));
        }
    }

    /** Goes on with the file, or begins it. */
    static Journal in(Path file, InstantSource clock) {
        try {
            // No channel: one that a stopped attempt's thread writes to is closed for everybody.
            return new Journal(new FileOutputStream(file.toFile(), true), clock);
        } catch (IOException failed) {
            throw new UncheckedIOException("the journal %s cannot be written".formatted(file), failed);
        }
    }

    synchronized void note(Kind kind, String name, int attempt) {
        String line = "%d %s %s %d\n".formatted(clock.instant().toEpochMilli(), kind, name, attempt);
        try {
            file.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw new UncheckedIOException("the journal cannot be written", failed);
        }
    }

    /** All that was written so far; a line that a kill cut off is left out. */
    public static List<Entry> read(Path file) {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            String all = Files.readString(file);
            List<Entry> entries = new ArrayList<>();
            all.substring(0, all.lastIndexOf('\n') + 1).lines().map(Entry::of).forEach(entries::add);
            return entries;
        } catch (IOException failed) {
            throw new UncheckedIOException("the journal %s cannot be read".formatted(file), failed);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
