package dev.millrace.ingest.trigger;

import dev.millrace.gitea.Gitea;
import dev.millrace.schemas.id.RepoId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gitea as the triggers see it; who the bot is, is asked once in a while. */
public final class GiteaForge implements Triggers.Forge {
    private final Gitea gitea;
    private final Duration botCache;
    private final InstantSource clock;
    private volatile @Nullable Known known;

    public GiteaForge(Gitea gitea, Duration botCache, InstantSource clock) {
        this.gitea = gitea;
        this.botCache = botCache;
        this.clock = clock;
    }

    private record Known(String login, Instant until) {}

    @Override
    public String bot() {
        Known now = known;
        if (now == null || !clock.instant().isBefore(now.until())) {
            now = new Known(gitea.self().login(), clock.instant().plus(botCache));
            known = now;
        }
        return now.login();
    }

    @Override
    public boolean mayWrite(RepoId repo, String login) {
        return gitea.mayWrite(repo, login);
    }

    @Override
    public Optional<IssueNow> issue(RepoId repo, long number) {
        return gitea.issue(repo, number)
                .map(issue -> new IssueNow(issue.state().equals("open"), issue.pull(), Set.copyOf(issue.labels())));
    }

    @Override
    public Optional<Long> labelled(RepoId repo, long number, String label) {
        return gitea.labelled(repo, number, label);
    }
}
