package dev.millrace.sink.changeset;

import java.util.List;
import java.util.Optional;

/** What no task may change; compared without case, since the file systems of some who check out do not know any. */
final class ProtectedPaths {
    private static final String ANYWHERE = "**/";

    private final List<String> patterns;

    ProtectedPaths(List<String> patterns) {
        this.patterns = List.copyOf(patterns);
    }

    /** The pattern that protects the path, or that the path would take the place of. */
    Optional<String> protecting(String path) {
        String folded = Folded.of(path);
        return patterns.stream()
                .filter(pattern -> covers(Folded.of(pattern), folded))
                .findFirst();
    }

    private static boolean covers(String pattern, String path) {
        if (pattern.startsWith(ANYWHERE)) {
            String rest = pattern.substring(ANYWHERE.length());
            for (int from = 0; from >= 0; from = nextSegment(path, from)) {
                if (coversFromRoot(rest, path.substring(from))) {
                    return true;
                }
            }
            return false;
        }
        return coversFromRoot(pattern, path);
    }

    /** A file where a protected directory belongs, or a directory in a protected file's place, is covered too. */
    private static boolean coversFromRoot(String pattern, String path) {
        String bare = pattern.endsWith("/") ? pattern.substring(0, pattern.length() - 1) : pattern;
        return path.equals(bare) || path.startsWith(bare + "/");
    }

    private static int nextSegment(String path, int from) {
        int slash = path.indexOf('/', from);
        return slash < 0 ? -1 : slash + 1;
    }
}
