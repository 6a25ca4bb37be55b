package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every file of a repository, the work tree's and git's own, with its content. */
final class RepositoryFiles {
    private final Map<String, String> files;

    private RepositoryFiles(Map<String, String> files) {
        this.files = files;
    }

    static RepositoryFiles of(Path repository) throws IOException {
        try (Stream<Path> files = Files.walk(repository)) {
            return new RepositoryFiles(files.filter(Files::isRegularFile)
                    .collect(Collectors.toMap(
                            file -> repository.relativize(file).toString(),
                            RepositoryFiles::content,
                            (one, _) -> one,
                            TreeMap::new)));
        }
    }

    void assertNothingChanged(RepositoryFiles before) {
        assertThat(files).isEqualTo(before.files);
    }

    /** What was there is the same byte by byte; new are objects, and one branch with its log. */
    void assertOnlyABranchOfMillracesWasAdded(RepositoryFiles before) {
        assertThat(files).containsAllEntriesOf(before.files);
        var added = files.keySet().stream()
                .filter(name -> !before.files.containsKey(name) && !name.startsWith(".git/objects/"))
                .toList();
        assertThat(added)
                .isNotEmpty()
                .allMatch(name -> name.startsWith(".git/refs/heads/millrace/")
                        || name.startsWith(".git/logs/refs/heads/millrace/"));
    }

    private static String content(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
