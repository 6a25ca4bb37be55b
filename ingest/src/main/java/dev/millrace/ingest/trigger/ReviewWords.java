package dev.millrace.ingest.trigger;

import dev.millrace.gitea.GiteaHistory.Remark;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A review as one text: what it says as a whole, then each comment with its file, line and the code above it. */
final class ReviewWords {
    /** A hunk ends with the line that the comment is about. */
    private static final int LINES = 12;

    private ReviewWords() {}

    static String of(String body, List<Remark> remarks) {
        return Stream.concat(
                        Stream.of(body.strip()),
                        remarks.stream()
                                .sorted(Comparator.comparingLong(Remark::id))
                                .map(ReviewWords::of))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("\n\n"));
    }

    private static String of(Remark remark) {
        String where = remark.line() > 0
                ? "In `%s`, line %d".formatted(remark.path(), remark.line())
                : "In `%s`".formatted(remark.path());
        return remark.code().isBlank()
                ? "%s:\n\n%s".formatted(where, remark.body().strip())
                : "%s:\n\n%s\n\n%s"
                        .formatted(where, fenced(remark.code()), remark.body().strip());
    }

    private static String fenced(String code) {
        var lines = code.stripTrailing().lines().toList();
        String shown = String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
        var fence = new StringBuilder("```");
        while (shown.contains(fence)) {
            fence.append('`');
        }
        return "%sdiff\n%s\n%s".formatted(fence, shown, fence);
    }
}
