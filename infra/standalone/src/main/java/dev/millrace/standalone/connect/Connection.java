package dev.millrace.standalone.connect;

import dev.millrace.gitea.GiteaSetup;
import dev.millrace.gitea.GiteaSetup.Hook;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.standalone.connect.Arrivals.Arrival;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Gives a repository one webhook to a target, with the right events and secret, and tries it. Repeatable: what is there
 * is set right rather than added to.
 */
public final class Connection {
    /**
     * In Gitea's words; issues and pull requests stand for all of their kind. Pushes start nothing: Gitea's test is
     * one, and it delivers no test to a webhook that is not told of pushes.
     */
    public static final List<String> EVENTS =
            List.of("push", "issues", "issue_comment", "pull_request", "pull_request_comment");

    private final GiteaSetup gitea;
    private final RepoId repo;
    private final URI target;
    private final String secret;
    private final Arrivals arrivals;
    private final Duration patience;

    /**
     * A connection that is still to be made.
     *
     * @param gitea with the token of one who administers the repository
     * @param target what Gitea is to call
     * @param patience how long to wait for Gitea's test delivery
     */
    public Connection(GiteaSetup gitea, RepoId repo, URI target, String secret, Arrivals arrivals, Duration patience) {
        this.gitea = gitea;
        this.repo = repo;
        this.target = target;
        this.secret = secret;
        this.arrivals = arrivals;
        this.patience = patience;
    }

    /** What was done to the webhook. */
    public enum Done {
        MADE,
        SET_RIGHT,
        MADE_ANEW
    }

    /**
     * How it ended.
     *
     * @param arrival how the test delivery came; empty where none did
     */
    public record End(Done done, long hook, Optional<Arrival> arrival) {
        public boolean works() {
            return arrival.filter(Arrival.WELL_SIGNED::equals).isPresent();
        }
    }

    /** Throws as {@link GiteaSetup} does. */
    public End make() throws InterruptedException {
        var ours = gitea.hooks(repo).stream()
                .filter(hook -> hook.url().equals(target.toString()))
                .toList();
        if (ours.isEmpty()) {
            return tried(Done.MADE, gitea.addHook(repo, target, secret, EVENTS));
        }
        ours.stream().skip(1).forEach(twin -> gitea.removeHook(repo, twin.id()));
        var end = tried(Done.SET_RIGHT, gitea.editHook(repo, ours.getFirst().id(), target, EVENTS));
        if (end.arrival().filter(Arrival.BADLY_SIGNED::equals).isEmpty()) {
            return end;
        }
        // It has another secret, which Gitea lets nobody change.
        var anew = gitea.addHook(repo, target, secret, EVENTS);
        gitea.removeHook(repo, end.hook());
        return tried(Done.MADE_ANEW, anew);
    }

    private End tried(Done done, Hook hook) throws InterruptedException {
        arrivals.forget();
        gitea.testHook(repo, hook.id());
        return new End(done, hook.id(), arrivals.await(patience));
    }
}
