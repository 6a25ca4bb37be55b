package dev.millrace.ingest.web;

import dev.millrace.gitea.ForgeRefused;
import dev.millrace.gitea.ForgeUnavailable;
import dev.millrace.gitea.Gitea;
import dev.millrace.schemas.id.RepoId;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** A Gitea as ingest sees it: a bot, who may write, issues that stand as they were set. It cannot be written to. */
final class FakeGitea implements Gitea {
    enum Mood {
        ANSWERS,
        IS_AWAY,
        REFUSES,
        HANGS,
        IS_BROKEN
    }

    static final String BOT = "agent-bot";

    private final Set<String> writers = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> labelled = new ConcurrentHashMap<>();
    private volatile Mood mood = Mood.ANSWERS;

    void reset() {
        mood = Mood.ANSWERS;
        writers.clear();
        writers.addAll(Set.of("alice", "bob", BOT, "example"));
        labelled.clear();
        labelled.put("alice/demo2#1", 12L);
        labelled.put("alice/demo2#2", 41L);
    }

    void is(Mood mood) {
        this.mood = mood;
    }

    void forbid(String login) {
        writers.remove(login);
    }

    @Override
    public User self() {
        return answer(new User(2, BOT, "agent-bot@example.com"));
    }

    @Override
    public boolean mayWrite(RepoId repo, String login) {
        return answer(writers.contains(login));
    }

    @Override
    public Optional<Issue> issue(RepoId repo, long number) {
        var labels = labelled.containsKey(repo + "#" + number) ? List.of("agent") : List.<String>of();
        return answer(Optional.of(new Issue(number, "edited since", "edited since", "bob", "open", labels, false)));
    }

    @Override
    public Optional<Long> labelled(RepoId repo, long number, String label) {
        return answer(Optional.ofNullable(labelled.get(repo + "#" + number)));
    }

    private <T> T answer(T answer) {
        return switch (mood) {
            case ANSWERS -> answer;
            case IS_AWAY -> throw new ForgeUnavailable("503 from the forge");
            case REFUSES -> throw new ForgeRefused(403, "the token may not ask that");
            case HANGS -> throw hung();
            case IS_BROKEN -> throw new IllegalStateException("a fault of the client");
        };
    }

    private static RuntimeException hung() {
        try {
            new CountDownLatch(1).await();
            return new IllegalStateException("nobody opens this latch");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new ForgeUnavailable("stopped", stopped);
        }
    }

    @Override
    public Optional<Repository> repository(RepoId repo) {
        throw unasked();
    }

    @Override
    public List<Comment> comments(RepoId repo, long number) {
        throw unasked();
    }

    @Override
    public Comment addComment(RepoId repo, long number, String body) {
        throw unasked();
    }

    @Override
    public Comment editComment(RepoId repo, long commentId, String body) {
        throw unasked();
    }

    @Override
    public void reactToIssue(RepoId repo, long number, Reaction reaction) {
        throw unasked();
    }

    @Override
    public void reactToComment(RepoId repo, long commentId, Reaction reaction) {
        throw unasked();
    }

    @Override
    public Optional<PullRequest> pullRequest(RepoId repo, String head, String base) {
        throw unasked();
    }

    @Override
    public Optional<PullRequest> pullRequest(RepoId repo, long number) {
        throw unasked();
    }

    @Override
    public PullRequest openPullRequest(RepoId repo, NewPullRequest request) {
        throw unasked();
    }

    @Override
    public PullRequest editPullRequest(RepoId repo, long number, String title, String body) {
        throw unasked();
    }

    @Override
    public void setStatus(RepoId repo, String commit, CommitStatus status) {
        throw unasked();
    }

    @Override
    public URI gitUrl(RepoId repo) {
        throw unasked();
    }

    private static UnsupportedOperationException unasked() {
        return new UnsupportedOperationException("ingest has no business with that");
    }
}
