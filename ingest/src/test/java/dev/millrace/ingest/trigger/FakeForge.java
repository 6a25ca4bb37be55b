package dev.millrace.ingest.trigger;

import dev.millrace.gitea.GiteaHistory.Branches;
import dev.millrace.gitea.GiteaHistory.Discussion;
import dev.millrace.gitea.GiteaHistory.Entry;
import dev.millrace.gitea.GiteaHistory.Remark;
import dev.millrace.gitea.GiteaHistory.Review;
import dev.millrace.schemas.id.RepoId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A forge with one bot, whoever may write, and issues as they were set. */
final class FakeForge implements Triggers.Forge {
    static final String BOT = "agent-bot";
    static final Instant OPENED = Instant.parse("2026-11-22T10:00:00Z");

    final Set<String> writers = new HashSet<>(Set.of("alice", "bob", BOT));
    final Set<String> members = new HashSet<>();
    final Map<Long, Discussion> issues = new HashMap<>();
    final List<Entry> timeline = new ArrayList<>();
    final List<Review> reviews = new ArrayList<>();
    final Map<Long, List<Remark>> remarks = new HashMap<>();
    final List<Entry> comments = new ArrayList<>();
    final List<Note> notes = new ArrayList<>();
    final Map<Long, Branches> branches = new HashMap<>();
    boolean hasTimeline = true;
    volatile boolean away;

    void stands(long number, boolean open, List<String> labels, List<String> assignees) {
        issues.put(
                number,
                new Discussion(
                        RepoId.parse("alice/demo2"),
                        number,
                        "edited since",
                        "edited since",
                        "alice",
                        open,
                        false,
                        labels,
                        assignees,
                        OPENED,
                        OPENED));
    }

    /** Something in the timeline so long after the opening. */
    void happened(long id, Entry.Kind kind, String actor, String subject, int seconds) {
        Instant at = OPENED.plusSeconds(seconds);
        timeline.add(new Entry(id, kind, actor, "", subject, 0, at, at));
    }

    void said(long id, String actor, String body, int seconds) {
        Instant at = OPENED.plusSeconds(seconds);
        comments.add(new Entry(id, Entry.Kind.COMMENT, actor, body, "", 0, at, at));
    }

    @Override
    public String bot() {
        return answer(BOT);
    }

    @Override
    public boolean mayWrite(RepoId repo, String login) {
        return answer(writers.contains(login));
    }

    @Override
    public boolean isMember(String organisation, String team, String login) {
        return answer(members.contains("%s/%s/%s".formatted(organisation, team, login)));
    }

    @Override
    public Optional<Discussion> discussion(RepoId repo, long number) {
        return answer(Optional.ofNullable(issues.get(number)));
    }

    @Override
    public Optional<List<Entry>> timeline(RepoId repo, long number) {
        return answer(hasTimeline ? Optional.of(List.copyOf(timeline)) : Optional.empty());
    }

    @Override
    public List<Review> reviews(RepoId repo, long number) {
        return answer(List.copyOf(reviews));
    }

    @Override
    public List<Remark> remarks(RepoId repo, long number, long review) {
        return answer(remarks.getOrDefault(review, List.of()));
    }

    @Override
    public List<Entry> said(RepoId repo, long number) {
        return answer(List.copyOf(comments));
    }

    @Override
    public List<Note> notes(RepoId repo, long number) {
        return answer(List.copyOf(notes));
    }

    @Override
    public Optional<Branches> branches(RepoId repo, long number) {
        return answer(Optional.ofNullable(branches.get(number)));
    }

    private <T> T answer(T answer) {
        if (away) {
            throw new IllegalStateException("the forge is away");
        }
        return answer;
    }
}
