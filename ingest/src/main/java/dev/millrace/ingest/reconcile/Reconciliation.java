package dev.millrace.ingest.reconcile;

import dev.millrace.gitea.ForgeRefused;
import dev.millrace.gitea.ForgeUnavailable;
import dev.millrace.gitea.GiteaHistory;
import dev.millrace.gitea.GiteaHistory.Discussion;
import dev.millrace.ingest.door.Deadline;
import dev.millrace.ingest.hearing.Hearing;
import dev.millrace.ingest.trigger.ForgeEvent;
import dev.millrace.ingest.trigger.Ruling;
import dev.millrace.schemas.wire.TraceParent;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look at what has changed in the forge: each event in it goes the way that a webhook's would. What was heard already
 * has no effect a second time. Not thread-safe.
 */
public final class Reconciliation {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);

    /** The forge tells whole seconds, and may write down a moment a little after it. */
    static final Duration OVERLAP = Duration.ofSeconds(10);

    private static final Duration PUBLISH_WITHIN = Duration.ofSeconds(30);

    private final GiteaHistory history;
    private final Hearing hearing;
    private final Past past;

    public Reconciliation(GiteaHistory history, Hearing hearing) {
        this.history = history;
        this.hearing = hearing;
        this.past = new Past(history);
    }

    /**
     * Where a look has come to.
     *
     * @param seen everything up to this moment was heard, by the forge's clock
     * @param failed issues and pull requests of which something could not be heard, which the next look hears again
     */
    public record Look(Instant seen, int failed) {}

    /**
     * Hears what happened at the moment or later. An issue that cannot be dealt with holds up no other, but is dealt
     * with again by the next look.
     *
     * @throws ForgeUnavailable if the forge did not tell what has changed
     * @throws ForgeRefused if it refused to
     */
    public Look since(Instant seen) {
        Instant from = seen.minus(OVERLAP);
        var changed = history.changed(from).stream()
                .sorted(Comparator.comparing(Discussion::updated))
                .toList();
        Map<String, Boolean> served = new HashMap<>();
        Instant newest = seen;
        int failed = 0;
        for (Discussion discussion : changed) {
            newest = discussion.updated().isAfter(newest) ? discussion.updated() : newest;
            try {
                if (served.computeIfAbsent(discussion.repo().key(), _ -> isServed(discussion))) {
                    past.of(discussion, from).forEach(this::hear);
                }
            } catch (RuntimeException fault) {
                if (Thread.currentThread().isInterrupted()) {
                    throw fault;
                }
                tell(discussion, fault);
                failed++;
            }
        }
        // What failed may have happened at any moment since the last look.
        return failed == 0 ? new Look(newest, 0) : new Look(seen, failed);
    }

    /** Public repositories of other people are seen, too, where nothing could be delivered. */
    private boolean isServed(Discussion discussion) {
        return hearing.serves(discussion.repo()) && history.pushable(discussion.repo());
    }

    private void hear(ForgeEvent event) {
        var ruling = hearing.rule(event);
        if (hearing.isSettled(ruling)) {
            return;
        }
        hearing.follow(ruling, TraceParent.start(ThreadLocalRandom.current()), Deadline.in(PUBLISH_WITHIN));
        switch (ruling) {
            case Ruling.Task task ->
                LOG.info(
                        "history: task {}, {} by {} on {}#{}",
                        task.id(),
                        task.request().getTrigger(),
                        task.request().getRequestedBy(),
                        task.request().getRepo(),
                        task.request().getNumber());
            case Ruling.Wanted wanted ->
                LOG.info(
                        "history: {} by {} on {}#{}",
                        wanted.what(),
                        wanted.request().getRequestedBy(),
                        wanted.place().repo(),
                        wanted.place().number());
            case Ruling.Answered answered -> LOG.info("history: answered, {}", answered.what());
            case Ruling.Refused refused -> LOG.info("history: refused, {}", refused.reason());
            case Ruling.Ignored _ -> {}
        }
    }

    private static void tell(Discussion discussion, RuntimeException fault) {
        switch (fault) {
            case ForgeUnavailable away ->
                LOG.warn(
                        "{}#{} is looked at again later: {}",
                        discussion.repo(),
                        discussion.number(),
                        away.getMessage());
            case ForgeRefused refused ->
                LOG.warn(
                        "{}#{} is looked at again later: {}",
                        discussion.repo(),
                        discussion.number(),
                        refused.getMessage());
            default -> LOG.warn("{}#{} is looked at again later", discussion.repo(), discussion.number(), fault);
        }
    }
}
