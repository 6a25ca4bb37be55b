package dev.millrace.standalone.forge;

import dev.millrace.standalone.forge.Ledger.Account;
import dev.millrace.standalone.forge.Ledger.Repo;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/** What every part of the forge works on. */
record Parts(URI base, Store store, Repositories repositories, Webhooks webhooks, InstantSource clock) {
    Ledger ledger() {
        return store.now();
    }

    Shapes shapes() {
        return new Shapes(base, store.now());
    }

    Repository git(Repo repo) {
        return repositories.open(repo.repoId());
    }

    /** Gitea counts in whole seconds. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    boolean empty(Repo repo) {
        try (var git = git(repo)) {
            return Repositories.branch(git, repo.defaultBranch()).isEmpty();
        }
    }

    tools.jackson.databind.node.ObjectNode repositoryShape(Repo repo, @Nullable Account reader) {
        return shapes().repository(repo, repo.of(reader), empty(repo));
    }
}
