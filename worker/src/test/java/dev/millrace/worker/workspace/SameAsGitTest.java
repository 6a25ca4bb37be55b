package dev.millrace.worker.workspace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.id.RepoId;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.DirectorySandbox;
import dev.millrace.worker.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes in is what git would check out, and what comes out is what git would add, whatever is done in between. */
class SameAsGitTest {
    private static final int STEPS = 25;
    private static final List<String> NAMES =
            List.of("a", "b", "c.txt", "d.log", "x y", "ü.txt", "-dash", "[br]", "keep.log", "e.bin", "#c", "!x");
    private static final List<String> DIRECTORIES =
            List.of("", "src/", "src/deep/", "target/", "node/", "a/", "src/x y/", "node/deep/er/");
    private static final List<String> CONTENTS = List.of(
            "",
            "one\n",
            "one\r\ntwo\r\n",
            "one\r\ntwo\n",
            "no end",
            "\r\n",
            "lone\rcr\r\n",
            "bin\0ary\r\n",
            "\1\2\3\4\r\nmostly control\n",
            "text\r\nwith an old end\r\n\32",
            "long " + "x".repeat(300) + "\r\n\1");
    private static final List<String> PATTERNS = List.of(
            "*.log",
            "/target",
            "target/",
            "!keep.log",
            "src/*.txt",
            "**/deep",
            "deep/**",
            "*",
            "!*.txt",
            "!*/",
            "\\!x",
            "[ab]",
            "?",
            "#c",
            "\\#c",
            "a ",
            "a\\ ",
            "x\\ y",
            "src/**/x y",
            "node/",
            "!node/a",
            "[!a-c].txt",
            "**",
            "/**/d.log",
            "*.[a-z]og",
            "x*y",
            "[[:alpha:]]",
            "\\[br\\]",
            "[[]br]",
            "src/deep/../a",
            "/",
            "!",
            "\ta",
            "node/*/er",
            "node/**/er/*",
            "**/",
            "[a",
            "a\\",
            "ü*",
            "?.txt",
            "??.txt",
            "*\r",
            "src//a",
            "-*");
    private static final List<String> ATTRIBUTES = List.of(
            "* text=auto",
            "*.txt text",
            "*.txt eol=crlf",
            "*.log -text",
            "*.bin binary",
            "c.txt text eol=lf",
            "* text=auto eol=crlf",
            "[attr]my text eol=crlf",
            "*.txt my",
            "src/** -text",
            "*.txt !text",
            "*.txt -my",
            "*.log crlf",
            "*.log crlf=input",
            "a text=auto",
            "src/*.txt -crlf",
            "/b eol=lf",
            "deep/* text",
            "# none",
            "[ab] text=auto eol=lf",
            "*.log text=auto -eol",
            "target/ text");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void treesAreEqual(int seed) throws IOException {
        var random = new Random(seed);
        try (var repo = base(random);
                var sandbox = new DirectorySandbox(directory.resolve("sandbox"));
                var checkout = new LocalSource(directory.resolve("repo"), 1).fetch(new RepoId("o", "r"), "main")) {
            var workspace = new Workspace(sandbox, checkout, Duration.ofMinutes(1));
            workspace.in();
            assertThat(git(
                            sandbox,
                            "git status --porcelain; git checkout-index -a --prefix=\"$HOME/co/\"; mkdir -p ~/co; "
                                    + "diff -r --no-dereference --exclude=.git . ~/co"))
                    .isEmpty();

            var log = new ArrayList<String>();
            for (int step = 0; step < STEPS; step++) {
                for (int change = random.nextInt(4); change >= 0; change--) {
                    log.add(change(sandbox.on(Sandbox.WORKSPACE), random));
                }
                String expected = git(
                        sandbox,
                        "export GIT_INDEX_FILE=\"$HOME/index\"; cp .git/index \"$HOME/index\"; git add -A; "
                                + "git -c core.quotePath=false ls-files -s");
                assertThat(files(repo.repository(), checkout, workspace.out()))
                        .as("seed %d, step %d: %s", seed, step, log)
                        .isEqualTo(expected);
            }
        }
    }

    private Repo base(Random random) throws IOException {
        var repo = new Repo(directory.resolve("repo"));
        for (int file = 0; file < 12; file++) {
            String path = pick(random, DIRECTORIES.subList(0, 5)) + pick(random, NAMES.subList(2, NAMES.size()));
            repo.add(path, pick(random, CONTENTS));
        }
        repo.add(".gitignore", some(random, PATTERNS));
        repo.add(".gitattributes", some(random, ATTRIBUTES));
        repo.commit("main", FileMode.SYMLINK, "link".getBytes(UTF_8), "src/a".getBytes(UTF_8));
        return repo;
    }

    /** One change to the files, as a person reads it. */
    private static String change(Path root, Random random) throws IOException {
        Path path = root.resolve(pick(random, DIRECTORIES) + pick(random, NAMES));
        return switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> {
                String content = pick(random, CONTENTS);
                makeWay(root, path);
                Files.writeString(path, content);
                yield "write " + root.relativize(path) + " "
                        + content.replace("\r", "\\r").replace("\n", "\\n");
            }
            case 4 -> {
                remove(path);
                yield "remove " + root.relativize(path);
            }
            case 5 -> {
                if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    Files.setAttribute(path, "unix:mode", random.nextBoolean() ? 0755 : 0654);
                }
                yield "change the mode of " + root.relativize(path);
            }
            case 6 -> {
                makeWay(root, path);
                remove(path);
                Files.createSymbolicLink(path, Path.of(pick(random, NAMES)));
                yield "link " + root.relativize(path);
            }
            case 7 -> {
                remove(path);
                makeWay(root, path.resolve("inside"));
                Files.writeString(path.resolve("inside"), "x\n");
                yield "make a directory of " + root.relativize(path);
            }
            case 8 -> {
                Path to = root.resolve(pick(random, DIRECTORIES) + pick(random, NAMES));
                if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && !to.startsWith(path)) {
                    makeWay(root, to);
                    remove(to);
                    if (Files.exists(path)) {
                        Files.move(path, to);
                    }
                }
                yield "move " + root.relativize(path) + " to " + root.relativize(to);
            }
            case 9 -> {
                if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    Files.write(path, Files.readAllBytes(path));
                }
                yield "touch " + root.relativize(path);
            }
            case 10 -> {
                String rules = some(random, PATTERNS);
                Path file = root.resolve(pick(random, DIRECTORIES) + ".gitignore");
                makeWay(root, file);
                Files.writeString(file, rules);
                yield "ignore in " + root.relativize(file) + " " + rules.replace("\n", "|");
            }
            default -> {
                String rules = some(random, ATTRIBUTES);
                Path file = root.resolve(pick(random, DIRECTORIES) + ".gitattributes");
                makeWay(root, file);
                Files.writeString(file, rules);
                yield "attributes in " + root.relativize(file) + " " + rules.replace("\n", "|");
            }
        };
    }

    /** So that a file can be at the path: no file where a directory must be, and no directory where the file will be. */
    private static void makeWay(Path root, Path path) throws IOException {
        for (Path above = root; !above.equals(path.getParent()); ) {
            above = above.resolve(above.relativize(path).getName(0));
            if (!Files.isDirectory(above, LinkOption.NOFOLLOW_LINKS)) {
                Files.deleteIfExists(above);
                Files.createDirectory(above);
            }
        }
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) || Files.isSymbolicLink(path)) {
            remove(path);
        }
    }

    private static void remove(Path path) {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            Directories.remove(path);
        }
    }

    private static String some(Random random, List<String> lines) {
        var picked = new StringBuilder();
        for (int line = random.nextInt(5); line >= 0; line--) {
            picked.append(pick(random, lines)).append('\n');
        }
        return picked.toString();
    }

    private static String pick(Random random, List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static String git(Sandbox sandbox, String script) {
        return sandbox.run(Command.shell(script, Duration.ofMinutes(1))).stdout();
    }

    /** As {@code git ls-files -s} shows them. */
    private static String files(Repository base, Checkout checkout, Change change) throws IOException {
        return switch (change) {
            case Change.NoChange _ -> files(base, checkout.tree());
            case Change.Changed changed -> {
                Repo.unpack(base, changed.pack());
                yield files(
                        base,
                        base.parseCommit(ObjectId.fromString(changed.headCommit()))
                                .getTree());
            }
            case Change.TooLarge _, Change.Unreadable _ -> change.toString();
        };
    }

    private static String files(Repository repository, AnyObjectId tree) throws IOException {
        var files = new StringBuilder();
        try (var walk = new TreeWalk(repository)) {
            walk.addTree(tree);
            walk.setRecursive(true);
            while (walk.next()) {
                files.append("%s %s 0\t%s\n"
                        .formatted(walk.getFileMode(), walk.getObjectId(0).name(), walk.getPathString()));
            }
        }
        return files.toString();
    }
}
