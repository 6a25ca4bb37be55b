package dev.millrace.sink;

import dev.millrace.gitea.ForgeRefused;
import dev.millrace.gitea.ForgeUnavailable;
import dev.millrace.gitea.Gitea;
import dev.millrace.schemas.id.RepoId;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A forge in memory that keeps what it is told, refuses what Gitea refuses, and is away when told to be. */
public class FakeGitea implements Gitea {
    public static final RepoId REPO = new RepoId("acme", "app");

    private final Path git;
    public final List<Comment> comments = new ArrayList<>();
    public final List<PullRequest> pulls = new ArrayList<>();
    public final List<NewPullRequest> opened = new ArrayList<>();
    public final Map<String, CommitStatus> statuses = new LinkedHashMap<>();
    public final List<String> edits = new ArrayList<>();
    public final List<Long> issues = new ArrayList<>(List.of(7L));
    public int listings;
    public boolean away;
    public boolean issuesArePulls;
    public @Nullable ForgeRefused refusing;
    private long ids = 100;

    public FakeGitea(Path git) {
        this.git = git;
    }

    private void answer() {
        if (away) {
            throw new ForgeUnavailable("connection refused");
        }
        if (refusing != null) {
            throw refusing;
        }
    }

    @Override
    public User self() {
        answer();
        return new User(1, "Millrace", "millrace@example.org");
    }

    @Override
    public List<Comment> comments(RepoId repo, long number) {
        answer();
        listings++;
        return List.copyOf(comments);
    }

    @Override
    public Comment addComment(RepoId repo, long number, String body) {
        answer();
        if (!issues.contains(number)) {
            throw new ForgeUnavailable("500 for an unknown issue, as Gitea does");
        }
        var comment = new Comment(++ids, "millrace", body);
        comments.add(comment);
        return comment;
    }

    @Override
    public Comment editComment(RepoId repo, long commentId, String body) {
        answer();
        for (int i = 0; i < comments.size(); i++) {
            var there = comments.get(i);
            if (there.id() == commentId) {
                var edited = new Comment(commentId, there.author(), body);
                comments.set(i, edited);
                edits.add(body);
                return edited;
            }
        }
        throw new ForgeRefused(404, "no such comment");
    }

    @Override
    public Optional<Issue> issue(RepoId repo, long number) {
        answer();
        return issues.contains(number)
                ? Optional.of(new Issue(number, "Title", "", "ada", "open", List.of(), issuesArePulls))
                : Optional.empty();
    }

    @Override
    public Optional<PullRequest> pullRequest(RepoId repo, String head, String base) {
        answer();
        for (int i = opened.size() - 1; i >= 0; i--) {
            if (opened.get(i).head().equals(head) && opened.get(i).base().equals(base)) {
                return Optional.of(pulls.get(i));
            }
        }
        return Optional.empty();
    }

    @Override
    public PullRequest openPullRequest(RepoId repo, NewPullRequest request) {
        answer();
        if (pullRequest(repo, request.head(), request.base()).isPresent()) {
            throw new ForgeRefused(409, "pull request already exists for these targets");
        }
        var pull = new PullRequest(
                ++ids,
                request.title(),
                request.body(),
                "open",
                false,
                URI.create("https://git.test/acme/app/pulls/" + ids));
        opened.add(request);
        pulls.add(pull);
        return pull;
    }

    /** As a person would. */
    public void close(boolean merged) {
        var pull = pulls.getLast();
        pulls.set(
                pulls.size() - 1,
                new PullRequest(pull.number(), pull.title(), pull.body(), "closed", merged, pull.page()));
    }

    @Override
    public void setStatus(RepoId repo, String commit, CommitStatus status) {
        answer();
        statuses.put(commit + " " + status.context(), Objects.requireNonNull(status));
    }

    @Override
    public URI gitUrl(RepoId repo) {
        return git.toUri();
    }

    @Override
    public Optional<Repository> repository(RepoId repo) {
        throw unused();
    }

    @Override
    public boolean mayWrite(RepoId repo, String login) {
        throw unused();
    }

    @Override
    public Optional<Long> labelled(RepoId repo, long number, String label) {
        throw unused();
    }

    @Override
    public void reactToIssue(RepoId repo, long number, Reaction reaction) {
        throw unused();
    }

    @Override
    public void reactToComment(RepoId repo, long commentId, Reaction reaction) {
        throw unused();
    }

    @Override
    public Optional<PullRequest> pullRequest(RepoId repo, long number) {
        throw unused();
    }

    @Override
    public PullRequest editPullRequest(RepoId repo, long number, String title, String body) {
        throw unused();
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("this stage does not ask for it");
    }
}
