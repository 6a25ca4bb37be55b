package dev.millrace.worker.workspace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.schemas.id.RepoId;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a workspace promises, in whatever sandbox. */
abstract class WorkspaceContract {
    static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    Repo repo;
    private Sandbox sandbox;
    private Checkout checkout;
    Workspace workspace;

    /** A sandbox with git in it, and an empty workspace. */
    abstract Sandbox open() throws IOException;

    @BeforeEach
    void baseInASandbox() throws IOException {
        repo = new Repo(directory);
        repo.commit("main", "old.txt", "long ago");
        repo.commit("main", "keep.txt", "kept");
        repo.commit("main", "bin/run", "#!/bin/sh\necho run\n");
        repo.commit("main", "sp ace/ü\nline.txt", "odd");
        repo.commit("main", ".gitignore", "target/\n");
        sandbox = open();
        start("");
    }

    void restart() throws IOException {
        checkout.close();
        sandbox.close();
        sandbox = open();
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
        void gitNeedNotReadTheFilesToKnowThatTheyAreClean() {
            workspace.in();

            assertThat(shell("cp -p keep.txt ~/keep; printf KEPT > keep.txt; touch -r ~/keep keep.txt; "
                                    + "git status --porcelain; git update-index --really-refresh")
                            .output())
                    .isEmpty();
        }

        @Test
        void linksAndSubmodulesAreAsInAClone() throws IOException {
            repo.commit("main", FileMode.SYMLINK, "link".getBytes(UTF_8), "keep.txt".getBytes(UTF_8));
            restart();
            workspace.in();
            assertThat(shell("readlink link; git status --porcelain").stdout()).isEqualTo("keep.txt\n");

            repo.commit("main", FileMode.GITLINK, "sub".getBytes(UTF_8), "12345678901234567890".getBytes(UTF_8));
            restart();
            workspace.in();
            assertThat(shell("ls -A sub; git status --porcelain").stdout()).isEmpty();
            assertThat(workspace.out()).isEqualTo(new Change.NoChange());
        }

        @Test
        void allFilesAreAsOldAsTheCommit() {
            workspace.in();

            assertThat(shell("stat -c %Y keep.txt bin/run | sort -u; git log -1 --format=%ct")
                            .stdout()
                            .lines()
                            .distinct())
                    .hasSize(1);
        }

        @Test
        void aMalformedTreeIsRefused() throws IOException {
            repo.commitTree("main", "cut\0short".getBytes(UTF_8));
            restart();

            assertThatExceptionOfType(RepositoryRefused.class)
                    .isThrownBy(() -> workspace.in())
                    .withMessageContaining("malformed");
        }

        @ParameterizedTest
        @ValueSource(strings = {".git", ".GIT", "git~1", ".git ", "..", "."})
        void aPathThatNoGitChecksOutIsRefusedByName(String name) throws IOException {
            repo.commitTree("main", name.getBytes(UTF_8));
            restart();

            assertThatExceptionOfType(RepositoryRefused.class)
                    .isThrownBy(() -> workspace.in())
                    .withMessageContaining("'" + name + "'");
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
                    printf '#!/bin/sh\\ntouch ~/canary\\n' > ~/evil; chmod +x ~/evil
                    for f in .git/config ~/.gitconfig; do
                      git config -f $f core.fsmonitor ~/evil; git config -f $f core.hooksPath ~/hooks
                      git config -f $f filter.evil.clean ~/evil; git config -f $f core.pager ~/evil
                    done
                    mkdir -p ~/hooks .git/hooks; for h in pre-commit post-index-change reference-transaction; do
                      cp ~/evil ~/hooks/$h; cp ~/evil .git/hooks/$h; done
                    echo '* filter=evil' > .gitattributes
                    """);

            assertThat(changedFiles()).containsEntry(".gitattributes", "100644 * filter=evil\n");
            assertThat(shell("test -e ~/canary").succeeded()).isFalse();
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
            assertThat(shell("git -C sub rev-parse --git-dir; git -C sub/d/deep rev-parse --git-dir")
                            .stdout())
                    .isEqualTo(".git\n.git\n");
        }

        @Test
        void aFileThatLooksTheSameToGitComesOutAllTheSame() throws IOException {
            shell("cp -p keep.txt ~/keep; printf KEPT > keep.txt; touch -r ~/keep keep.txt");

            assertThat(changedFiles()).containsEntry("keep.txt", "100644 KEPT");
        }

        @Test
        void filesThatWereOnlyTouchedAreNoChange() {
            shell("touch keep.txt; cp old.txt o; rm old.txt; mv o old.txt; mkdir empty; mkfifo pipe");

            assertThat(workspace.out()).isEqualTo(new Change.NoChange());
        }

        @Test
        void aFileThatIsTrackedStaysSoEvenIfIgnored() throws IOException {
            shell("printf '*\\n' > .gitignore; echo more >> keep.txt; echo x > new");

            assertThat(changedFiles()).hasSize(5).containsEntry("keep.txt", "100644 keptmore\n");
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
        }

        @Test
        void whatOthersThanTheAgentMakeOrChangeIsNoPartOfIt() throws Exception {
            aside("echo made > made.txt; echo more >> keep.txt; mkdir -p dep/s; echo x > dep/s/x");
            assertThat(workspace.out()).isEqualTo(new Change.NoChange());

            shell("echo agent > new.txt");
            assertThat(changedFiles()).hasSize(6).containsKey("new.txt").doesNotContainKeys("made.txt", "dep/s/x");
        }

        @Test
        void whatTheAgentThenMakesOfItIs() throws Exception {
            aside("echo made > made.txt; echo more >> keep.txt");
            shell("echo again >> made.txt; echo again >> keep.txt");

            assertThat(changedFiles())
                    .containsEntry("made.txt", "100644 made\nagain\n")
                    .containsEntry("keep.txt", "100644 keptmore\nagain\n");
        }

        @Test
        void whatOthersDoToTheAgentsFilesIs() throws Exception {
            shell("echo agent > new.txt; echo agent > keep.txt");
            aside("echo other >> new.txt; echo other >> keep.txt; echo report > report.txt");

            assertThat(changedFiles())
                    .containsEntry("new.txt", "100644 agent\nother\n")
                    .containsEntry("keep.txt", "100644 agent\nother\n")
                    .doesNotContainKey("report.txt");
        }

        private void aside(String script) throws InterruptedException {
            assertThat(workspace.aside(() -> shell(script)).succeeded()).isTrue();
        }

        @Test
        void tooMuchIsToldAsSuch() {
            shell("head -c 20000000 /dev/urandom > big");

            assertThat(workspace.out()).isEqualTo(new Change.TooLarge(Workspace.PACK_LIMIT));
        }

        @ParameterizedTest
        @ValueSource(strings = {"mkdir .GIT; touch .GIT/config", "echo x > secret; chmod 000 secret"})
        void whatCannotBeReadIsTheAgentsDoing(String script) {
            shell(script);

            assertThat(workspace.out()).isInstanceOf(Change.Unreadable.class);
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

    Map<String, String> changedFiles() throws IOException {
        Change change = workspace.out();
        assertThat(change).isInstanceOf(Change.Changed.class);
        var changed = (Change.Changed) change;
        try (Repository base = Repo.unpacked(checkout)) {
            Repo.unpack(base, changed.pack());
            return Repo.files(base, changed.headCommit());
        }
    }

    Ended shell(String script) {
        return sandbox.run(Command.shell(script, LIMIT));
    }
}
