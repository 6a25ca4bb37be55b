package dev.millrace.standalone.forge;

import dev.millrace.schemas.id.RepoId;
import dev.millrace.standalone.forge.Ledger.Account;
import dev.millrace.standalone.forge.Ledger.Issue;
import dev.millrace.standalone.forge.Ledger.Repo;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * One request to the API, and what most of them look up first.
 *
 * @param path the values of the route's placeholders
 * @param body what came as JSON, an empty object for nothing
 */
record ApiCall(
        Parts parts, Optional<Account> account, Map<String, String> path, Map<String, String> query, JsonNode body) {
    private static final int USUAL_PAGE = 30;
    private static final int MOST_PAGE = 50;

    Account signedIn() {
        return account.orElseThrow(() -> new ApiError(401, "token is required"));
    }

    /** The repository of the path, as hidden from those who may not read it as if it were not there. */
    Repo repo() {
        try {
            var id = new RepoId(text("owner"), text("repo"));
            return parts.ledger()
                    .repo(id)
                    .filter(repo -> access(repo).includes(Access.READ))
                    .orElseThrow(ApiError::notFound);
        } catch (IllegalArgumentException _) {
            throw ApiError.notFound();
        }
    }

    Access access(Repo repo) {
        return repo.of(account.orElse(null));
    }

    /** The repository, for a write to its content. */
    Repo writable(Access needed) {
        signedIn();
        var repo = repo();
        if (repo.archived()) {
            throw new ApiError(423, "%s is archived".formatted(repo.repoId()));
        }
        if (!access(repo).includes(needed)) {
            throw new ApiError(403, "user should have a permission to write to a repo");
        }
        return repo;
    }

    Optional<Issue> issue(Repo repo) {
        return parts.ledger().issue(repo, number("index"));
    }

    String text(String name) {
        return path.getOrDefault(name, "");
    }

    long number(String name) {
        try {
            return Long.parseLong(text(name));
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    String field(String name) {
        return body.path(name).asString("");
    }

    String required(String name) {
        String value = field(name);
        if (value.isBlank()) {
            String capital = Character.toUpperCase(name.charAt(0)) + name.substring(1);
            throw new ApiError(422, "[%s]: Required".formatted(capital));
        }
        return value;
    }

    List<JsonNode> values(String name) {
        var node = body.path(name);
        return IntStream.range(0, node.isArray() ? node.size() : 0)
                .mapToObj(node::get)
                .toList();
    }

    /** The page that was asked for, by Gitea's defaults and limits. */
    <T> List<T> page(List<T> all) {
        int limit = asked("limit", USUAL_PAGE);
        int size = limit < 1 ? USUAL_PAGE : Math.min(limit, MOST_PAGE);
        long start = (long) (Math.max(1, asked("page", 1)) - 1) * size;
        return all.stream().skip(start).limit(size).toList();
    }

    /** What changed at the asked moment or later; all where none is asked for. */
    <T> List<T> since(List<T> all, Function<T, Instant> changed) {
        String asked = query.getOrDefault("since", "");
        if (asked.isEmpty()) {
            return all;
        }
        try {
            var since = OffsetDateTime.parse(asked).toInstant();
            return all.stream()
                    .filter(one -> !changed.apply(one).isBefore(since))
                    .toList();
        } catch (DateTimeException _) {
            throw new ApiError(422, "since is no moment: " + asked);
        }
    }

    private int asked(String name, int usual) {
        try {
            return Integer.parseInt(query.getOrDefault(name, ""));
        } catch (NumberFormatException _) {
            return usual;
        }
    }
}
