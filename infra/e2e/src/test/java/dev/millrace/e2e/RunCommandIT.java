package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run} on repositories as people have them: in the middle of something. */
class RunCommandIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private Path repository = Path.of("");

    @BeforeEach
    void aRepositoryInTheMiddleOfSomething() throws IOException, GitAPIException {
        repository = Files.createDirectory(directory.resolve("repository"));
        try (var git = Git.init()
                .setDirectory(repository.toFile())
                .setInitialBranch("main")
                .call()) {
            write("README.md", "# Here\n");
            write("src/code.txt", "one\n");
            commit(git, "First");
            git.branchCreate().setName("other").call();
            git.tag().setName("v1").setAnnotated(false).call();
            write("src/code.txt", "one\ntwo\n");
            commit(git, "Second");
            write("src/code.txt", "one\ntwo\nthree, not staged\n");
            write("staged.txt", "staged only\n");
            git.add().addFilepattern("staged.txt").call();
            write("untracked.txt", "not added\n");
        }
    }

    @Nested
    class WithAScript {
        private final String image = Engine.image();

        @Test
        void itLeavesABranchAndTouchesNothingElse() throws Exception {
            var before = RepositoryFiles.of(repository);

            var ended = run("echo hello > hello.txt; cat src/code.txt");

            assertThat(ended.code()).as(ended.err() + ended.out()).isZero();
            RepositoryFiles.of(repository).assertOnlyABranchOfMillracesWasAdded(before);
            assertThat(filesOf(branchOfMillraces())).containsExactly("README.md", "hello.txt", "src/code.txt");
            assertThat(ended.out()).contains("git -C %s log -p -1".formatted(repository));
            assertThat(parentOf(branchOfMillraces())).isEqualTo(tip("main"));
        }

        @Test
        void itStartsFromTheBranchThatIsNamedEvenIfHeadIsDetached() throws Exception {
            detachHead();
            var before = RepositoryFiles.of(repository);

            var ended = run("echo hello > hello.txt", "--base", "other");

            assertThat(ended.code()).as(ended.err() + ended.out()).isZero();
            RepositoryFiles.of(repository).assertOnlyABranchOfMillracesWasAdded(before);
            assertThat(parentOf(branchOfMillraces())).isEqualTo(tip("other"));
        }

        @Test
        void aScriptThatFailsLeavesNothingAndSaysWhy() throws Exception {
            var before = RepositoryFiles.of(repository);

            var ended = run("echo half > half.txt; echo out of paper >&2; exit 3");

            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.out()).contains("UNSOLVED", "exit code 3", "out of paper");
            RepositoryFiles.of(repository).assertNothingChanged(before);
        }

        private Cli.Ended run(String script, String... more) throws IOException, InterruptedException {
            Path file = Files.writeString(directory.resolve("script.sh"), script);
            var arguments =
                    new ArrayList<>(List.of("run", "--repo", repository.toString(), "--script", file.toString()));
            arguments.addAll(List.of(more));
            return new Cli(directory, Map.of("MILLRACE_SANDBOX_IMAGE", image))
                    .run(LIMIT, arguments.toArray(String[]::new));
        }
    }

    /** Told before anything is started, in one line, with exit code 2. */
    @Nested
    class AMistake {
        @Test
        void neitherModelNorScript() throws Exception {
            refused(
                    run("run", "--repo", repository.toString(), "Write a poem"),
                    "LLM_BASE_URL",
                    "LLM_MODEL",
                    "LLM_API_KEY",
                    "--script");
        }

        @Test
        void noTask() throws Exception {
            refused(run("run", "--repo", repository.toString()), "say what to do");
        }

        @Test
        void aScriptThatIsNotThere() throws Exception {
            refused(run("run", "--repo", repository.toString(), "--script", "no.sh"), "--script", "no.sh");
        }

        @Test
        void aRepositoryThatIsNotThere() throws Exception {
            refused(run("run", "--repo", "nowhere", "--script", script()), "--repo", "nowhere");
        }

        @Test
        void aDirectoryThatIsNoRepository() throws Exception {
            Path plain = Files.createDirectory(directory.resolve("plain"));
            refused(run("run", "--repo", plain.toString(), "--script", script()), "--repo", "no git repository");
        }

        @Test
        void aRepositoryWithoutACommit() throws Exception {
            Path empty = Files.createDirectory(directory.resolve("empty"));
            Git.init().setDirectory(empty.toFile()).call().close();
            refused(run("run", "--repo", empty.toString(), "--script", script()), "--repo", "no commit");
        }

        @Test
        void aDetachedHeadWithoutABranchToStartFrom() throws Exception {
            detachHead();
            refused(run("run", "--repo", repository.toString(), "--script", script()), "on no branch", "--base");
        }

        @Test
        void aBranchThatIsNotThere() throws Exception {
            refused(
                    run("run", "--repo", repository.toString(), "--script", script(), "--base", "nothing"),
                    "--base",
                    "'nothing'");
        }

        @Test
        void noImage() throws Exception {
            refused(
                    new Cli(directory, Map.of())
                            .run(LIMIT, "run", "--repo", repository.toString(), "--script", script()),
                    "MILLRACE_SANDBOX_IMAGE",
                    "./millrace");
        }

        private Cli.Ended run(String... arguments) throws IOException, InterruptedException {
            return new Cli(directory, Map.of("MILLRACE_SANDBOX_IMAGE", "some/image")).run(LIMIT, arguments);
        }

        private String script() throws IOException {
            return Files.writeString(directory.resolve("script.sh"), "true").toString();
        }

        private void refused(Cli.Ended ended, String... words) {
            assertThat(ended.code()).as(ended.err()).isEqualTo(2);
            assertThat(ended.err()).startsWith("millrace: ").contains(words).doesNotContain("Exception", "\tat ");
            assertThat(ended.err().strip().lines()).hasSize(1);
        }
    }

    private void write(String name, String content) throws IOException {
        Path file = repository.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static void commit(Git git, String message) throws GitAPIException {
        git.add().addFilepattern(".").call();
        git.commit()
                .setMessage(message)
                .setAuthor("Somebody", "somebody@example.com")
                .setSign(false)
                .call();
    }

    private void detachHead() throws IOException {
        Files.writeString(repository.resolve(".git/HEAD"), ObjectId.toString(tip("main")) + "\n");
    }

    private ObjectId tip(String branch) throws IOException {
        try (var git = Git.open(repository.toFile())) {
            Ref ref = git.getRepository().exactRef("refs/heads/" + branch);
            assertThat(ref).isNotNull();
            return Objects.requireNonNull(ref.getObjectId());
        }
    }

    private ObjectId branchOfMillraces() throws IOException {
        try (var git = Git.open(repository.toFile())) {
            var branches = git.getRepository().getRefDatabase().getRefsByPrefix("refs/heads/millrace/");
            assertThat(branches).hasSize(1);
            return Objects.requireNonNull(branches.getFirst().getObjectId());
        }
    }

    private ObjectId parentOf(ObjectId commit) throws IOException {
        try (var git = Git.open(repository.toFile());
                var walk = new RevWalk(git.getRepository())) {
            var parents = walk.parseCommit(commit).getParents();
            assertThat(parents).hasSize(1);
            return parents[0].getId();
        }
    }

    private List<String> filesOf(ObjectId commit) throws IOException {
        List<String> files = new ArrayList<>();
        try (var git = Git.open(repository.toFile());
                var walk = new RevWalk(git.getRepository());
                var tree = new TreeWalk(git.getRepository())) {
            tree.addTree(walk.parseCommit(commit).getTree());
            tree.setRecursive(true);
            while (tree.next()) {
                files.add(tree.getPathString());
            }
        }
        return files;
    }
}
