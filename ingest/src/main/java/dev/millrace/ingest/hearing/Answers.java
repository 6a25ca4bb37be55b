package dev.millrace.ingest.hearing;

import dev.millrace.gitea.ForgeRefused;
import dev.millrace.gitea.ForgeUnavailable;
import dev.millrace.gitea.Gitea;
import dev.millrace.gitea.Gitea.Reaction;
import dev.millrace.ingest.trigger.Place;
import dev.millrace.ingest.trigger.Ruling.Answer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers people in the background, so that no webhook waits for it. A courtesy: what the forge does not take, or what
 * is too much at once, is logged and left out. Repeatable: a reaction is there once, and so is an answer, by its marker.
 * Thread-safe.
 */
public final class Answers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
    private static final int MOST_AT_ONCE = 64;

    private final Gitea gitea;
    private final Supplier<String> bot;
    private final Semaphore free = new Semaphore(MOST_AT_ONCE);
    private final Set<String> beingSaid = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("answer-", 0).factory());

    /**
     * Answers as the account that the client's token belongs to.
     *
     * @param bot its login; asked in the background
     */
    public Answers(Gitea gitea, Supplier<String> bot) {
        this.gitea = gitea;
        this.bot = bot;
    }

    /** The bot has heard it. */
    public void heard(Place place) {
        start(place, () -> react(place, Reaction.EYES));
    }

    /** The bot has heard it, and does not do it. */
    public void refused(Place place, Answer answer) {
        start(place, () -> {
            react(place, Reaction.CONFUSED);
            say(place, answer);
        });
    }

    /** The bot has heard it, and says something. */
    public void answered(Place place, Answer answer) {
        start(place, () -> {
            react(place, Reaction.EYES);
            say(place, answer);
        });
    }

    /** Breaks off what is still under way. */
    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void start(Place place, Runnable work) {
        if (!free.tryAcquire()) {
            LOG.warn("{}#{} is not answered: too much at once", place.repo(), place.number());
            return;
        }
        threads.execute(() -> {
            try {
                work.run();
            } catch (ForgeUnavailable | ForgeRefused untaken) {
                LOG.warn("{}#{} is not answered: {}", place.repo(), place.number(), untaken.getMessage());
            } finally {
                free.release();
            }
        });
    }

    private void react(Place place, Reaction reaction) {
        if (place.comment().isPresent()) {
            gitea.reactToComment(place.repo(), place.comment().get(), reaction);
        } else {
            gitea.reactToIssue(place.repo(), place.number(), reaction);
        }
    }

    private void say(Place place, Answer answer) {
        String marker = "<!-- millrace:answer=%s -->".formatted(answer.id());
        if (!beingSaid.add(marker)) {
            return;
        }
        try {
            String self = bot.get();
            boolean said = gitea.comments(place.repo(), place.number()).stream()
                    .anyMatch(comment -> comment.author().equalsIgnoreCase(self)
                            && comment.body().stripTrailing().endsWith(marker));
            if (!said) {
                gitea.addComment(place.repo(), place.number(), answer.text() + "\n\n" + marker);
            }
        } finally {
            beingSaid.remove(marker);
        }
    }
}
