package dev.millrace.ingest.web;

import dev.millrace.gitea.ForgeRefused;
import dev.millrace.gitea.ForgeUnavailable;
import dev.millrace.gitea.Gitea;
import dev.millrace.gitea.GiteaHistory;
import dev.millrace.schemas.id.RepoId;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** A Gitea as ingest sees it: a bot, who may write, issues that stand as they were set. */
final class FakeGitea implements Gitea, GiteaHistory {
    enum Mood {
        ANSWERS,
        IS_AWAY,
        REFUSES,
        HANGS,
        IS_BROKEN
    }

    static final String BOT = "agent-bot";
    private static final Instant OPENED = Instant.parse("2026-11-22T21:43:30Z");

    private final Set<String> writers = ConcurrentHashMap.newKeySet();
    private final Map<String, Entry> labelled = new ConcurrentHashMap<>();
    private final Map<Long, List<Remark>> remarks = new ConcurrentHashMap<>();
    private final List<String> written = new CopyOnWriteArrayList<>();
    private volatile Mood mood = Mood.ANSWERS;

    void reset() {
        mood = Mood.ANSWERS;
        writers.clear();
        writers.addAll(Set.of("alice", "bob", BOT, "example"));
        labelled.clear();
        remarks.clear();
        written.clear();
        label("alice/demo2#1", 12, 0);
        label("alice/demo2#2", 41, 60);
        label("alice/demo2#3", 52, 60);
    }

    private void label(String issue, long event, int seconds) {
        var at = OPENED.plusSeconds(seconds);
        labelled.put(issue, new Entry(event, Entry.Kind.LABELLED, "alice", "1", "agent", 0, at, at));
    }

    void remarkOnEveryReview(String body) {
        for (long review = 1; review <= 4; review++) {
            remarks.put(review, List.of(new Remark(33, "bob", body, "hello.txt", 3, "@@ -1 +1 @@\n+x", OPENED)));
        }
    }

    /** Reactions and comments, in the order they came. */
    List<String> written() {
        return written;
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
        throw unasked();
    }

    @Override
    public Optional<Discussion> discussion(RepoId repo, long number) {
        boolean is = labelled.containsKey(repo + "#" + number);
        return answer(Optional.of(new Discussion(
                repo,
                number,
                "edited since",
                "edited since",
                "bob",
                true,
                false,
                is ? List.of("agent") : List.of(),
                number == 1 ? List.of(BOT) : List.of(),
                OPENED,
                OPENED)));
    }

    @Override
    public Optional<List<Entry>> timeline(RepoId repo, long number, Instant since) {
        return answer(
                Optional.of(Stream.ofNullable(labelled.get(repo + "#" + number)).toList()));
    }

    @Override
    public List<Review> reviews(RepoId repo, long number) {
        return answer(List.of(
                new Review(1, "bob", "", OPENED),
                new Review(2, "bob", "see inline", OPENED),
                new Review(3, "bob", "lgtm", OPENED),
                new Review(4, "bob", "nope", OPENED)));
    }

    @Override
    public List<Remark> remarks(RepoId repo, long number, long review) {
        return answer(remarks.getOrDefault(review, List.of()));
    }

    @Override
    public Optional<Branches> branches(RepoId repo, long number) {
        return answer(Optional.of(new Branches("bob", true, "topic", true, "main")));
    }

    @Override
    public boolean isMember(String organisation, String team, String login) {
        return answer(false);
    }

    @Override
    public List<Discussion> changed(Instant since) {
        throw unasked();
    }

    @Override
    public List<Entry> said(RepoId repo, long number, Instant since) {
        return answer(List.of());
    }

    @Override
    public boolean pushable(RepoId repo) {
        throw unasked();
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
        return answer(written.stream()
                .filter(one -> one.startsWith("says "))
                .map(one -> new Comment(1, BOT, one))
                .toList());
    }

    @Override
    public Comment addComment(RepoId repo, long number, String body) {
        written.add(answer("says " + body));
        return new Comment(1, BOT, body);
    }

    @Override
    public Comment editComment(RepoId repo, long commentId, String body) {
        throw unasked();
    }

    @Override
    public void reactToIssue(RepoId repo, long number, Reaction reaction) {
        written.add(answer("%s on #%d".formatted(reaction, number)));
    }

    @Override
    public void reactToComment(RepoId repo, long commentId, Reaction reaction) {
        written.add(answer("%s on comment %d".formatted(reaction, commentId)));
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
