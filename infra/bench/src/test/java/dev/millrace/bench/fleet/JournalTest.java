package dev.millrace.bench.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    private Path directory;

    @Test
    void aStoppedAttemptWritesItsLineAndLeavesTheJournalToTheOthers() throws Exception {
        Path file = directory.resolve("worker.journal");
        try (var journal = Journal.in(file, InstantSource.system())) {
            Thread.currentThread().interrupt();
            try {
                journal.note(Journal.Kind.LEFT, "task-1", 1);
            } finally {
                Thread.interrupted();
            }
            journal.note(Journal.Kind.HOLDS, "task-2", 1);
        }
        assertThat(Journal.read(file)).extracting(Journal.Entry::name).containsExactly("task-1", "task-2");
    }
}
