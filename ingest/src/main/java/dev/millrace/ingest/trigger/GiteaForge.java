package dev.millrace.ingest.trigger;

import dev.millrace.gitea.Gitea;
import dev.millrace.gitea.GiteaHistory;
import dev.millrace.gitea.GiteaHistory.Branches;
import dev.millrace.gitea.GiteaHistory.Discussion;
import dev.millrace.gitea.GiteaHistory.Entry;
import dev.millrace.gitea.GiteaHistory.Remark;
import dev.millrace.gitea.GiteaHistory.Review;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gitea as the triggers see it; who the bot is, is asked once in a while, and who may write every few seconds. */
public final class GiteaForge implements Triggers.Forge {
    /** One deed makes several deliveries at once; whose right was taken away must notice at once, too. */
    static final Duration PERMISSION_CACHE = Duration.ofSeconds(3);

    private static final Pattern NOTE =
            Pattern.compile("(?s)(.*)<!-- millrace:task=([a-z0-9][a-z0-9-]{6,62}[a-z0-9]) -->\\s*");

    private final Gitea gitea;
    private final GiteaHistory history;
    private final Remembered<String, String> bot;
    private final Remembered<Who, Boolean> writers;

    public GiteaForge(Gitea gitea, GiteaHistory history, Duration botCache, InstantSource clock) {
        this.gitea = gitea;
        this.history = history;
        this.bot = new Remembered<>(botCache, 1, clock);
        this.writers = new Remembered<>(PERMISSION_CACHE, 1000, clock);
    }

    private record Who(String repo, String login) {}

    @Override
    public String bot() {
        return bot.get("", _ -> gitea.self().login());
    }

    @Override
    public boolean mayWrite(RepoId repo, String login) {
        return writers.get(new Who(repo.key(), login.toLowerCase(Locale.ROOT)), _ -> gitea.mayWrite(repo, login));
    }

    @Override
    public boolean isMember(String organisation, String team, String login) {
        return history.isMember(organisation, team, login);
    }

    @Override
    public Optional<Discussion> discussion(RepoId repo, long number) {
        return history.discussion(repo, number);
    }

    @Override
    public Optional<List<Entry>> timeline(RepoId repo, long number) {
        return history.timeline(repo, number, Instant.EPOCH);
    }

    @Override
    public List<Review> reviews(RepoId repo, long number) {
        return history.reviews(repo, number);
    }

    @Override
    public List<Remark> remarks(RepoId repo, long number, long review) {
        return history.remarks(repo, number, review);
    }

    @Override
    public List<Entry> said(RepoId repo, long number) {
        return history.said(repo, number, Instant.EPOCH);
    }

    @Override
    public Optional<Branches> branches(RepoId repo, long number) {
        return history.branches(repo, number);
    }

    @Override
    public List<Note> notes(RepoId repo, long number) {
        String self = bot();
        return gitea.comments(repo, number).stream()
                .filter(comment -> comment.author().equalsIgnoreCase(self))
                .map(comment -> NOTE.matcher(comment.body()))
                .filter(Matcher::matches)
                .map(note -> new Note(new TaskId(note.group(2)), note.group(1).strip()))
                .toList();
    }
}
