package dev.millrace.standalone.forge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Keeps the ledger in memory and in one JSON file, which is replaced as a whole with every change. */
final class Store {
    private final Path file;
    private final JsonMapper json = JsonMapper.builder().build();
    private final ReentrantLock changing = new ReentrantLock();
    private volatile Ledger ledger;

    Store(Path dir) {
        this.file = dir.resolve("state.json");
        this.ledger = Files.exists(file) ? read() : Ledger.EMPTY;
    }

    Ledger now() {
        return ledger;
    }

    /** Runs a change that no other change comes between; may be nested. */
    <T> T alone(Supplier<T> change) {
        changing.lock();
        try {
            return change.get();
        } finally {
            changing.unlock();
        }
    }

    /** Within {@link #alone} only. */
    <R extends Ledger.Row> R put(R row) {
        if (!changing.isHeldByCurrentThread()) {
            throw new IllegalStateException("a change of the ledger outside of alone()");
        }
        var changed = ledger.with(row);
        write(changed);
        ledger = changed;
        return row;
    }

    /** Within {@link #alone} only. */
    void remove(Ledger.Hook hook) {
        if (!changing.isHeldByCurrentThread()) {
            throw new IllegalStateException("a change of the ledger outside of alone()");
        }
        var changed = ledger.without(hook);
        write(changed);
        ledger = changed;
    }

    private Ledger read() {
        try {
            return json.readValue(Files.readAllBytes(file), Ledger.class);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the practice forge's state cannot be read: " + file, unreadable);
        } catch (JacksonException broken) {
            throw new IllegalStateException(
                    "%s is not a practice forge's state; move it away to start with an empty one".formatted(file),
                    broken);
        }
    }

    /** Holds tokens and secrets, so for its owner only; synced before it takes the old one's place. */
    private void write(Ledger changed) {
        Path fresh = file.resolveSibling("state.json.new");
        try {
            Files.deleteIfExists(fresh);
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.write(fresh, json.writeValueAsBytes(changed));
            try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw new UncheckedIOException("the practice forge's state cannot be written: " + file, failed);
        }
    }
}
