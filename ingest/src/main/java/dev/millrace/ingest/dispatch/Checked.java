package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.RepoId;
import java.util.function.Supplier;

/** Turns what ids refuse at birth into a record that is refused. */
final class Checked {
    private Checked() {}

    static <T> T of(Supplier<T> id) {
        try {
            return id.get();
        } catch (IllegalArgumentException nonsense) {
            throw new InvalidRecord(String.valueOf(nonsense.getMessage()), nonsense);
        }
    }

    /** The repository that a record is about; its key decides who handles it, so it must be the right one. */
    static RepoId repository(String key, String name) {
        RepoId repo = of(() -> RepoId.parse(name));
        if (!repo.key().equals(key)) {
            throw new InvalidRecord("the key of a record about %s must be '%s'".formatted(repo, repo.key()));
        }
        return repo;
    }
}
