package dev.millrace.ingest.trigger;

import dev.millrace.schemas.id.RepoId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A forge with one bot, whoever may write, and issues as they were set. */
final class FakeForge implements Triggers.Forge {
    static final String BOT = "agent-bot";

    final Set<String> writers = new HashSet<>(Set.of("alice", "bob", BOT));
    final Map<Long, IssueNow> issues = new HashMap<>();
    final Map<Long, Long> labelEvents = new HashMap<>();
    boolean away;

    @Override
    public String bot() {
        return answer(BOT);
    }

    @Override
    public boolean mayWrite(RepoId repo, String login) {
        return answer(writers.contains(login));
    }

    @Override
    public Optional<IssueNow> issue(RepoId repo, long number) {
        return answer(Optional.ofNullable(issues.get(number)));
    }

    @Override
    public Optional<Long> labelled(RepoId repo, long number, String label) {
        return answer(Optional.ofNullable(labelEvents.get(number)));
    }

    private <T> T answer(T answer) {
        if (away) {
            throw new IllegalStateException("the forge is away");
        }
        return answer;
    }
}
