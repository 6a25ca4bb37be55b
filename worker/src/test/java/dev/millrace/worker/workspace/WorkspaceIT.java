package dev.millrace.worker.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.schemas.id.RepoId;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.docker.DockerSandboxes;
import dev.millrace.worker.sandbox.docker.RealDocker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkspaceIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String WORKER = "it-" + UUID.randomUUID();
    private static DockerSandboxes sandboxes;

    @TempDir
    private Path directory;

    private Repo repo;
    private Sandbox sandbox;
    private Checkout checkout;
    private Workspace workspace;

    @BeforeAll
    static void connect() {
        sandboxes = RealDocker.sandboxes(WORKER, Map.of());
    }

    @AfterAll
    static void disconnect() {
        sandboxes.close();
    }

    @BeforeEach
    void baseInASandbox() throws IOException {
        repo = new Repo(directory);
        repo.commit("main", "old.txt", "long ago");
        repo.commit("main", "keep.txt", "kept");
        repo.commit("main", "bin/run", "#!/bin/sh\necho run\n");
        repo.commit("main", "sp ace/ü\nline.txt", "odd");
        repo.commit("main", ".gitignore", "target/\n");
        sandbox = sandboxes.open("", Map.of());
        start("");
    }

    private void start(String branch) {
        checkout = new LocalSource(directory, 1).fetch(new RepoId("o", "r"), branch);
        workspace = new Workspace(sandbox, checkout, LIMIT);
    }

    @AfterEach
    void close() {
        checkout.close();
        sandbox.close();
        repo.close();
    }

    @Nested
    class In {
        @Test
        void theWorkspaceIsAnOrdinaryCleanRepositoryOnTheBranch() {
            workspace.in();

            assertThat(shell("git status --porcelain && git log --format=%H && git branch --show-current")
                            .stdout())
                    .isEqualTo(checkout.baseCommit() + "\nmain\n");
            assertThat(shell("sh bin/run && test -x bin/run && cat keep.txt").stdout())
                    .isEqualTo("run\nkept");
            assertThat(shell("echo x > n && git add n && git commit -qm n && git fsck")
                            .succeeded())
                    .isTrue();
        }

        @Test
        void moreHistoryCanBeSeen() {
            checkout.close();
            checkout = new LocalSource(directory, 3).fetch(new RepoId("o", "r"), "");

            new Workspace(sandbox, checkout, LIMIT).in();

            assertThat(shell("git rev-list --count HEAD; git fsck 2>&1").stdout())
                    .startsWith("3\n");
        }

        @Test
        void whatDoesNotFitIsRefusedWithTheReason() throws IOException {
            repo.commit("main", "big", "x".repeat(3 << 20));
            try (var small = RealDocker.sandboxes(WORKER, Map.of("workspace-size", "1MB"));
                    var tight = small.open("", Map.of());
                    var large = new LocalSource(directory, 1).fetch(new RepoId("o", "r"), "")) {
                assertThatExceptionOfType(RepositoryRefused.class)
                        .isThrownBy(() -> new Workspace(tight, large, LIMIT).in())
                        .withMessageContaining("No space left");
            }
        }
    }

    @Nested
    class Out {
        @BeforeEach
        void in() {
            workspace.in();
        }

        @Test
        void nothingDoneIsNoChange() {
            assertThat(workspace.out()).isEqualTo(new Change.NoChange());
        }

        @Test
        void onlyIgnoredFilesAreNoChange() {
            shell("mkdir target && echo x > target/x");

            assertThat(workspace.out()).isEqualTo(new Change.NoChange());
        }

        @Test
        void everyKindOfChangeComesOut() throws IOException {
            shell("""
                    rm old.txt; echo more >> keep.txt; chmod -x bin/run; printf new > 'new ü
                    file'; ln -s keep.txt link; mkdir -p deep/er; printf x > deep/er/x; chmod +x deep/er/x
                    """);

            assertThat(changedFiles())
                    .isEqualTo(new TreeMap<>(Map.of(
                            ".gitignore", "100644 target/\n",
                            "bin/run", "100644 #!/bin/sh\necho run\n",
                            "deep/er/x", "100755 x",
                            "keep.txt", "100644 keptmore\n",
                            "link", "120000 keep.txt",
                            "new ü\nfile", "100644 new",
                            "sp ace/ü\nline.txt", "100644 odd")));
        }

        @Test
        void theHeadIsOneCommitOnTheBaseWithNothingThatTheBaseHas() throws IOException {
            shell("echo x > a; git add a; git commit -qm one; echo y > b; git add b; git commit -qm two");
            var changed = (Change.Changed) workspace.out();

            try (Repository base = Repo.unpacked(checkout)) {
                Repo.unpack(base, changed.pack());
                var head = base.parseCommit(ObjectId.fromString(changed.headCommit()));
                assertThat(head.getParents()).extracting(ObjectId::name).containsExactly(checkout.baseCommit());
                // A commit, a tree and two blobs; bytes 8 to 11 of a pack count its objects.
                assertThat(changed.pack()[11]).isEqualTo((byte) 4);
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "git add -A; git commit -qm done",
                    "git add -A; git commit -q --amend -m done",
                    "git checkout -q --orphan other; git add -A; git commit -qm done",
                    "rm -rf .git",
                    "rm -rf .git; git init -q",
                    "echo broken > .git/HEAD; echo broken > .git/config",
                    "git checkout -q --detach",
                    "echo '*' > .git/info/exclude",
                    "git config core.worktree /tmp",
                    "mkdir -p ~/.config/git; echo '*' > ~/.config/git/ignore; echo '[core]\n\tbare = true' > ~/.gitconfig",
                    "git update-index --assume-unchanged keep.txt"
                })
        void whateverWasDoneToGitTheFilesCount(String script) throws IOException {
            shell("printf new > new.txt; " + script);

            assertThat(changedFiles()).hasSize(6).containsEntry("new.txt", "100644 new");
        }

        @Test
        void theAgentsConfigurationRunsNothing() throws IOException {
            shell("""
                    printf '#!/bin/sh\\ntouch /tmp/canary\\n' > /tmp/evil; chmod +x /tmp/evil
                    for f in .git/config ~/.gitconfig; do
                      git config -f $f core.fsmonitor /tmp/evil; git config -f $f core.hooksPath /tmp/hooks
                      git config -f $f filter.evil.clean /tmp/evil; git config -f $f core.pager /tmp/evil
                    done
                    mkdir -p /tmp/hooks .git/hooks; for h in pre-commit post-index-change reference-transaction; do
                      cp /tmp/evil /tmp/hooks/$h; cp /tmp/evil .git/hooks/$h; done
                    echo '* filter=evil' > .gitattributes
                    """);

            assertThat(changedFiles()).containsEntry(".gitattributes", "100644 * filter=evil\n");
            assertThat(shell("test -e /tmp/canary").succeeded()).isFalse();
        }

        @ParameterizedTest
        @ValueSource(strings = {"true", "git -C sub add -A && git -C sub commit -qm inner"})
        void ofARepositoryInsideTheFilesAreTakenAndItStaysOne(String script) throws IOException {
            shell("git init -q sub; cp .git/config sub/.git/; mkdir sub/d; git init -q sub/d/deep; echo x > sub/x; "
                    + "echo y > sub/d/deep/y; git init -q hollow; " + script);

            assertThat(changedFiles())
                    .containsEntry("sub/x", "100644 x\n")
                    .containsEntry("sub/d/deep/y", "100644 y\n")
                    .hasSize(7);
            assertThat(shell(
                                    "git -C sub rev-parse --git-dir; git -C sub/d/deep rev-parse --git-dir; find . -name '*aside*'")
                            .stdout())
                    .isEqualTo(".git\n.git\n");
        }

        @Test
        void allFilesCanBeDeleted() throws IOException {
            shell("git rm -rq .");

            assertThat(changedFiles()).isEmpty();
        }

        @Test
        void itCanBeAskedTwice() throws IOException {
            shell("echo x > x");
            assertThat(changedFiles()).hasSize(6);
            shell("rm x");
            assertThat(workspace.out()).isEqualTo(new Change.NoChange());
            assertThat(shell("ls /base").stdout()).doesNotContain("out.");
        }

        @Test
        void tooMuchIsToldAsSuch() {
            shell("head -c 20000000 /dev/urandom > big");

            assertThat(workspace.out()).isEqualTo(new Change.TooLarge(Workspace.PACK_LIMIT));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "rm -rf /base/*",
                    "mkdir .GIT; touch .GIT/config",
                    "echo x > secret; chmod 000 secret",
                    "for o in $(find /base -name '*.pack'); do chmod +w $o; echo broken > $o; done; echo x > new"
                })
        void whatCannotBeReadIsTheAgentsDoing(String script) {
            shell(script);

            assertThat(workspace.out()).isInstanceOf(Change.Unreadable.class);
        }

        @Test
        void aDeadSandboxIsNot() {
            sandboxes.removeLeftBy(WORKER);

            assertThatExceptionOfType(SandboxUnavailable.class).isThrownBy(() -> workspace.out());
        }
    }

    @Nested
    class OfABaseWithoutFiles {
        @BeforeEach
        void in(@TempDir Path empty) throws IOException {
            try (var bare = new Repo(empty)) {
                bare.commit("trunk/x");
            }
            checkout.close();
            checkout = new LocalSource(empty, 1).fetch(new RepoId("o", "r"), "trunk/x");
            workspace = new Workspace(sandbox, checkout, LIMIT);
            workspace.in();
        }

        @Test
        void nothingDoneIsNoChange() {
            assertThat(workspace.out()).isEqualTo(new Change.NoChange());
        }

        @Test
        void theFirstFileComesOut() throws IOException {
            shell("printf x > x");

            assertThat(changedFiles()).isEqualTo(Map.of("x", "100644 x"));
        }
    }

    private Map<String, String> changedFiles() throws IOException {
        Change change = workspace.out();
        assertThat(change).isInstanceOf(Change.Changed.class);
        var changed = (Change.Changed) change;
        try (Repository base = Repo.unpacked(checkout)) {
            Repo.unpack(base, changed.pack());
            return Repo.files(base, changed.headCommit());
        }
    }

    private Ended shell(String script) {
        return sandbox.run(Command.shell(script, LIMIT));
    }
}
