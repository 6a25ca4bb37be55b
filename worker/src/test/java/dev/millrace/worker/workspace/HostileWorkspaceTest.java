package dev.millrace.worker.workspace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.schemas.id.RepoId;
import dev.millrace.worker.sandbox.DirectorySandbox;
import dev.millrace.worker.sandbox.FileEntry;
import dev.millrace.worker.sandbox.FileStatus;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.SystemCallFailed;
import dev.millrace.worker.sandbox.Unpacking;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sandbox's end that says what no file system would. */
class HostileWorkspaceTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(50);

    @TempDir
    private Path directory;

    private Checkout checkout;
    private Liar sandbox;

    @BeforeEach
    void oneFile() throws IOException {
        try (var repo = new Repo(directory.resolve("repo"))) {
            repo.commit("main", "keep.txt", "kept");
        }
        checkout = new LocalSource(directory.resolve("repo"), 1).fetch(new RepoId("o", "r"), "main");
        sandbox = new Liar(directory.resolve("sandbox"));
    }

    @AfterEach
    void close() {
        checkout.close();
    }

    private Workspace workspace(Duration limit) {
        return new Workspace(sandbox, checkout, limit);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/x", "a//b", "a/./b", "a/../b", "a/.GIT/config", "", "git~1", ".git/config", "a/"})
    void aPathThatGitDoesNotTakeIsNamed(String path) {
        Workspace workspace = workspace(LONG);
        workspace.in();
        sandbox.lie(path, 0100644, 1);

        assertThat(workspace.out())
                .isInstanceOfSatisfying(
                        Change.Unreadable.class, why -> assertThat(why.reason()).contains("'" + path + "'"));
    }

    @Test
    void moreThanAFilesListedSizeIsCutOff() {
        Workspace workspace = workspace(LONG);
        workspace.in();
        sandbox.lie("new", 0100644, 3);

        assertThat(workspace.out()).isInstanceOf(Change.Changed.class);
        assertThat(sandbox.given).isLessThan(1 << 17);
    }

    @Test
    void aSizeThatNobodyCouldReadIsNotRead() {
        Workspace workspace = workspace(LONG);
        workspace.in();
        sandbox.lie("new", 0100644, Long.MAX_VALUE);

        assertThat(workspace.out()).isEqualTo(new Change.TooLarge(Workspace.LARGEST_FILE));
        assertThat(sandbox.given).isZero();
    }

    @Test
    void rulesThatAreFarTooLongAreNotRead() {
        Workspace workspace = workspace(LONG);
        workspace.in();
        sandbox.lie(".gitignore", 0100644, Workspace.LARGEST_RULES + 1);
        sandbox.lie("new", 0100644, 1);

        assertThat(workspace.out())
                .isInstanceOfSatisfying(
                        Change.Unreadable.class, why -> assertThat(why.reason()).contains("'.gitignore'"));
    }

    @Test
    void aSandboxThatTakesNothingIsGivenUp() {
        sandbox.stuck = true;

        assertThatExceptionOfType(RepositoryRefused.class)
                .isThrownBy(() -> workspace(SHORT).in())
                .withMessageContaining("in PT0.05S");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void aSandboxThatGivesNothingIsGivenUp() {
        var base = workspace(LONG);
        base.in();
        Workspace workspace = workspace(SHORT);
        // what went in once is there for the second too
        sandbox.afterListing = () -> sandbox.stuck = true;
        workspace.in();

        assertThat(workspace.out())
                .isInstanceOfSatisfying(
                        Change.Unreadable.class, why -> assertThat(why.reason()).contains("longer than"));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void aPatternThatCouldBeTriedForEverIsDecidedAtOnce() {
        var rules = IgnoreRules.parse(("*a".repeat(100) + "b\n" + "**/a/".repeat(100) + "b\n").getBytes(UTF_8));

        assertThat(rules.decide("a".repeat(255), false)).isNull();
        assertThat(rules.decide("a/".repeat(1000) + "c", false)).isNull();
    }

    /** Lists what it is told to beside what is there. */
    private static final class Liar extends DirectorySandbox {
        private final List<FileEntry> lies = new ArrayList<>();
        private final CountDownLatch never = new CountDownLatch(1);
        private Runnable afterListing = () -> {};
        private boolean stuck;
        private long given;

        Liar(Path root) throws IOException {
            super(root);
        }

        void lie(String path, int mode, long size) {
            lies.add(new FileEntry(
                    path.getBytes(UTF_8), new FileStatus(mode, size, 1, 1, Instant.EPOCH, Instant.EPOCH)));
        }

        private void waitIfStuck() {
            if (stuck) {
                try {
                    never.await();
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                    throw new SandboxUnavailable("interrupted", ended);
                }
            }
        }

        @Override
        public Unpacking unpack(String path) {
            waitIfStuck();
            return super.unpack(path);
        }

        @Override
        public void list(String path, Set<String> without, long most, Consumer<FileEntry> each)
                throws SystemCallFailed {
            waitIfStuck();
            super.list(path, without, most, each);
            lies.forEach(each);
            afterListing.run();
        }

        @Override
        public InputStream read(byte[] path) throws SystemCallFailed {
            String name = new String(path, UTF_8).substring(Sandbox.WORKSPACE.length() + 1);
            if (lies.stream().noneMatch(lie -> new String(lie.path(), UTF_8).equals(name))) {
                return super.read(path);
            }
            return new InputStream() {
                @Override
                public int read() {
                    given++;
                    return 'x';
                }

                @Override
                public int read(byte[] into, int offset, int length) {
                    Arrays.fill(into, offset, offset + length, (byte) 'x');
                    given += length;
                    return length;
                }
            };
        }
    }
}
