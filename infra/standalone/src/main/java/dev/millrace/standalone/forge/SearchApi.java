package dev.millrace.standalone.forge;

import dev.millrace.standalone.forge.Ledger.Issue;
import dev.millrace.standalone.forge.Ledger.Repo;
import java.util.Optional;

/** What is asked of all repositories at once. */
final class SearchApi {
    private SearchApi() {}

    static void addTo(Routes routes) {
        routes.add("GET", "repos/issues/search", SearchApi::search);
    }

    /** Issues and pull requests of all repositories that may be read, the newest first. */
    private static Reply search(ApiCall call) {
        call.signedIn();
        var ledger = call.parts().ledger();
        String state = call.query().getOrDefault("state", "open");
        var all = call.since(ledger.issues(), Issue::updated).stream()
                .filter(issue -> state.equals("all") || issue.open() == state.equals("open"))
                .filter(issue -> repoOf(call, issue).isPresent())
                .toList()
                .reversed();
        var shapes = call.parts().shapes();
        var page = call.page(all).stream()
                .map(issue -> shapes.issue(repoOf(call, issue).orElseThrow(), issue))
                .toList();
        return Reply.list(page, all.size());
    }

    private static Optional<Repo> repoOf(ApiCall call, Issue issue) {
        return call.parts().ledger().repos().stream()
                .filter(repo -> repo.id() == issue.repo() && call.access(repo).includes(Access.READ))
                .findFirst();
    }
}
