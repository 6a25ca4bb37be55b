package dev.millrace.gitea;

import dev.millrace.schemas.id.RepoId;
import java.util.List;
import java.util.Optional;

/**
 * Finds the newest pull request between two branches. Gitea answers that directly since 1.22, but with any one of them
 * in no promised order, so a closed one may hide a newer one; there can be only one that is open.
 */
final class PullRequestSearch {
    private final Exchange exchange;
    private final ForgeAddress address;
    private final Pages pages;
    private volatile Optional<Boolean> direct = Optional.empty();

    PullRequestSearch(Exchange exchange, ForgeAddress address, Pages pages) {
        this.exchange = exchange;
        this.address = address;
        this.pages = pages;
    }

    Optional<GiteaJson.Pull> newest(RepoId repo, String head, String base) {
        // A slash within the base must travel escaped, which some proxies in front of a Gitea refuse.
        if (base.contains("/") || !answersDirectly()) {
            return newestListed(repo, head, base, 0);
        }
        var any = exchange.get(address.repo(repo, path(base, head))).ifFound(GiteaJson.Pull.class);
        if (any.isEmpty() || any.get().open()) {
            return any;
        }
        return newestListed(repo, head, base, any.get().number()).or(() -> any);
    }

    private static Object[] path(String base, String head) {
        List<String> segments = List.of(head.split("/", -1));
        Object[] path = new Object[segments.size() + 2];
        path[0] = "pulls";
        path[1] = base;
        for (int i = 0; i < segments.size(); i++) {
            path[i + 2] = segments.get(i);
        }
        return path;
    }

    /** Gitea lists the newest first; nothing at or below the floor is worth reading. */
    private Optional<GiteaJson.Pull> newestListed(RepoId repo, String head, String base, long floor) {
        return pages.first(
                GiteaJson.Pull[].class,
                (page, limit) -> address.listing(page, limit, "state=all&", repo, "pulls"),
                pull -> pull.goes(head, base),
                pull -> pull.number() <= floor);
    }

    private boolean answersDirectly() {
        var known = direct;
        if (known.isEmpty()) {
            var answer = exchange.get(address.version()).as(GiteaJson.Version.class);
            String version = answer.version() == null ? "" : answer.version();
            known = Optional.of(GiteaVersion.of(version).since(1, 22));
            direct = known;
        }
        return known.get();
    }
}
