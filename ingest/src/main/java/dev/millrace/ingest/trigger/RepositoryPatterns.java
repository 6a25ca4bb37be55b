package dev.millrace.ingest.trigger;

import dev.millrace.schemas.id.RepoId;
import java.util.List;
import java.util.regex.Pattern;

/** Which repositories are served: patterns of {@code owner/name} where {@code *} is any run within one part. */
final class RepositoryPatterns {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9._*-]+/[A-Za-z0-9._*-]+");

    private final List<Pattern> patterns;

    RepositoryPatterns(List<String> patterns) {
        this.patterns = patterns.stream().map(RepositoryPatterns::compiled).toList();
    }

    /** No patterns allow every repository. */
    boolean allow(RepoId repo) {
        return patterns.isEmpty()
                || patterns.stream()
                        .anyMatch(pattern -> pattern.matcher(repo.toString()).matches());
    }

    private static Pattern compiled(String pattern) {
        if (!SHAPE.matcher(pattern).matches()) {
            throw new IllegalArgumentException(
                    "millrace.ingest.trigger.repositories: '%s' is not owner/name, with * for any run of characters"
                            .formatted(pattern));
        }
        // What is left of the shape beside letters, digits and stars is '.', '_' and '-'.
        return Pattern.compile(pattern.replace(".", "\\.").replaceAll("\\*+", "[^/]*"), Pattern.CASE_INSENSITIVE);
    }
}
