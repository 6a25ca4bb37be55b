package dev.millrace.worker.workspace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.id.RepoId;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.CommandsOnly;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.FileEntry;
import dev.millrace.worker.sandbox.FileStatus;
import dev.millrace.worker.sandbox.Unpacking;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository far larger than the heap goes in, and a change comes out: in a Java of its own with 256 MB. */
class LargeRepositoryTest {
    private static final int FILES = 50_000;
    private static final int IN_A_DIRECTORY = 500;
    private static final long LARGE = 512L << 20;

    @TempDir
    private Path directory;

    @Test
    void fitsIntoASmallHeap() throws Exception {
        Path output = directory.resolve("output");
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeRepositoryTest.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(java.waitFor(10, TimeUnit.MINUTES)).isTrue();
        } finally {
            java.destroyForcibly();
        }
        assertThat(Files.readString(output)).as(Files.readString(output)).endsWith("new.txt came out\n");
    }

    /** What the other Java does. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        try (var repo = new Repo(directory.resolve("repo"))) {
            for (int file = 0; file < FILES; file++) {
                repo.add("d%d/file-%d.txt".formatted(file / IN_A_DIRECTORY, file), "content of " + file);
            }
            repo.addLarge("large.bin", LARGE);
            repo.commit("main");
        }
        var sandbox = new Counting();
        try (var checkout = new LocalSource(directory.resolve("repo"), 1).fetch(new RepoId("o", "r"), "main")) {
            var workspace = new Workspace(sandbox, checkout, Duration.ofMinutes(5));
            workspace.in();
            assertThat(sandbox.entries).hasSizeGreaterThan(FILES);
            assertThat(sandbox.bytes).isGreaterThan(LARGE);
            assertThat(workspace.out()).isEqualTo(new Change.NoChange());

            sandbox.add("new.txt", 1);
            assertThat(workspace.out()).isInstanceOf(Change.Changed.class);
            sandbox.add("too-large", 64 << 20);
            assertThat(workspace.out()).isEqualTo(new Change.TooLarge(Workspace.PACK_LIMIT));
            sandbox.entries.removeLast();
            sandbox.add("far-too-large", 1L << 40);
            assertThat(workspace.out()).isEqualTo(new Change.TooLarge(Workspace.LARGEST_FILE));
        }
        System.out.println("new.txt came out");
    }

    /** Keeps what came in by name only, and reads as noise. */
    private static final class Counting extends CommandsOnly implements Unpacking {
        private final List<FileEntry> entries = new ArrayList<>();
        private final byte[] buffer = new byte[1 << 16];
        private long bytes;

        void add(String path, long size) {
            entries.add(new FileEntry(path.getBytes(UTF_8), status(0100644, size)));
        }

        private FileStatus status(int mode, long size) {
            return new FileStatus(mode, size, entries.size(), 1, Instant.EPOCH, Instant.EPOCH);
        }

        @Override
        public Unpacking unpack(String directory) {
            return this;
        }

        @Override
        public void directory(byte[] path, int mode, Instant modified) {
            throw new IllegalStateException("no submodules here");
        }

        @Override
        public void file(byte[] path, int mode, Instant modified, long size, InputStream content) throws IOException {
            for (long left = size; left > 0; ) {
                int count = content.read(buffer, 0, (int) Math.min(buffer.length, left));
                assertThat(count).isPositive();
                left -= count;
            }
            bytes += size;
            if (!new String(path, UTF_8).startsWith(".git/")) {
                entries.add(new FileEntry(path, status(0100000 | mode, size)));
            }
        }

        @Override
        public void link(byte[] path, Instant modified, byte[] target) {
            throw new IllegalStateException("no links here");
        }

        @Override
        public void finish() {
            // all is counted
        }

        @Override
        public void list(String directory, Set<String> without, long most, Consumer<FileEntry> each) {
            entries.forEach(each);
        }

        @Override
        public InputStream read(byte[] path) {
            var random = new Random(1);
            return new InputStream() {
                @Override
                public int read() {
                    return random.nextInt(256);
                }

                @Override
                public int read(byte[] into, int offset, int length) {
                    var noise = new byte[length];
                    random.nextBytes(noise);
                    System.arraycopy(noise, 0, into, offset, length);
                    return length;
                }
            };
        }

        @Override
        public Ended run(Command command) {
            throw new IllegalStateException("nothing here runs commands");
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
