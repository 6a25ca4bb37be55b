package dev.millrace.worker.workspace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes directories of the worker's own. */
final class Directories {
    private static final Logger LOG = LoggerFactory.getLogger(Directories.class);

    private Directories() {}

    /** Never throws; what could not be removed is logged. */
    static void remove(Path directory) {
        try {
            List<Path> deepestFirst;
            try (var found = Files.walk(directory)) {
                deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException gone) {
            LOG.debug("{} was gone already", directory, gone);
        } catch (IOException left) {
            LOG.warn("could not remove {}; remove it by hand", directory, left);
        }
    }
}
