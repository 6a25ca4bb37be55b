package dev.millrace.standalone.agents;

import dev.millrace.scripted.Scenario;
import dev.millrace.standalone.demo.PracticeModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.lib.Constants;

/** A repository with a bug, to see whether an agent can find it; all of it is in {@link #directory}. */
public record ToyRepository(Path directory) {
    /** What an agent is asked there. */
    public static final String TASK = "`add(2, 2)` in calc.py gives 0. Find out why, mend it, and see that"
            + " `make test` says that all is well.";

    /** What does it. */
    public static final List<String> SCRIPT =
            List.of("cat calc.py check.py", "sed -i 's/a - b/a + b/' calc.py", "make test");

    private static final Map<String, String> FILES = Map.of(
            "README.md", "# Calc\n\n`make test` says whether it works.\n",
            "calc.py", "def add(a, b):\n    return a - b\n",
            "check.py", "from calc import add\n\nassert add(2, 2) == 4\nprint(\"all is well\")\n",
            "Makefile", "test:\n\tpython3 -B check.py\n");

    /** Makes it, with one commit on the branch {@code main}. */
    public static ToyRepository in(Path directory) throws IOException {
        for (var file : FILES.entrySet()) {
            Files.writeString(Files.createDirectories(directory).resolve(file.getKey()), file.getValue());
        }
        try (var git = Git.init()
                .setDirectory(directory.toFile())
                .setInitialBranch("main")
                .call()) {
            git.add().addFilepattern(".").call();
            git.commit()
                    .setMessage("A calculator")
                    .setAuthor("Somebody", "somebody@example.com")
                    .setCommitter("Somebody", "somebody@example.com")
                    .setSign(false)
                    .call();
        } catch (GitAPIException failed) {
            throw new IllegalStateException("no toy repository can be made in " + directory, failed);
        }
        return new ToyRepository(directory);
    }

    /** A model that knows the answer. */
    public static Scenario scenario() {
        return PracticeModel.following(
                SCRIPT,
                PracticeModel.edit("calc.py", "    return a - b\n", "    return a + b\n"),
                "`add` subtracted. It adds now, and `make test` passes.");
    }

    /** What differs on a branch. */
    public String diff(String branch) {
        var out = new ByteArrayOutputStream();
        try (var git = Git.open(directory.toFile());
                var formatter = new DiffFormatter(out)) {
            formatter.setRepository(git.getRepository());
            formatter.format(
                    git.getRepository().resolve(Constants.R_HEADS + "main^{tree}"),
                    git.getRepository().resolve(Constants.R_HEADS + branch + "^{tree}"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
