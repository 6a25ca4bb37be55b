package dev.millrace.sink.conversation;

import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.Timing;
import dev.millrace.sink.text.ForeignText;
import dev.millrace.sink.text.VerificationText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the bot says about a task; the same state always gives the same text. */
final class CommentText {
    private static final int SUMMARY = 8_000;
    private static final int REASON = 2_000;
    private static final int MOST_TIMINGS = 12;

    private CommentText() {}

    /** What the task's comment ends with, and is found by. */
    static String marker(String taskId) {
        return "<!-- millrace:task=%s -->".formatted(taskId);
    }

    static String of(TaskState state) {
        List<String> paragraphs = new ArrayList<>();
        switch (state.getPhase()) {
            case UNKNOWN -> paragraphs.add("This task is under way.");
            case QUEUED -> {
                paragraphs.add("⏳ **Queued.** This task starts as soon as it can.");
                quote(paragraphs, state.getWaitingFor());
            }
            case OFFERED ->
                paragraphs.add("⏳ **Waiting for a worker.** Attempt %d starts as soon as one is free."
                        .formatted(state.getAttempt()));
            case RUNNING ->
                paragraphs.add("⚙️ **Running.** Attempt %d at worker `%s`."
                        .formatted(state.getAttempt(), name(state.getWorker())));
            case DELIVERING -> paragraphs.add("📦 **Delivering.** The agent is done; its result is being checked.");
            case DONE -> done(state, paragraphs);
        }
        paragraphs.add(marker(state.getTaskId()));
        return String.join("\n\n", paragraphs);
    }

    private static void done(TaskState state, List<String> paragraphs) {
        Delivery delivery = state.getDelivery();
        Outcome outcome = delivery != null ? delivery.getOutcome() : state.getOutcome();
        paragraphs.add(outcome == null ? "This task has ended." : headline(outcome, delivery));
        if (delivery != null) {
            quote(paragraphs, delivery.getReason());
        }
        quote(paragraphs, state.getReason());
        String summary = ForeignText.block(state.getSummary(), SUMMARY);
        if (!summary.isEmpty()) {
            paragraphs.add("What the agent says:");
            paragraphs.add(quoted(summary));
        }
        String verification = VerificationText.of(state.getVerification());
        if (!verification.isEmpty()) {
            paragraphs.add(verification);
        }
        String footer = footer(state);
        if (!footer.isEmpty()) {
            paragraphs.add("<sub>" + footer + "</sub>");
        }
    }

    private static String headline(Outcome outcome, @Nullable Delivery delivery) {
        return switch (outcome) {
            case SOLVED -> solved(delivery);
            case NO_CHANGE ->
                "🟰 **Nothing to change.** The agent finished, and left every file as it was. If something"
                        + " should change, say in a comment what is missing and ask again.";
            case UNSOLVED ->
                delivery != null && delivery.getPullRequest() > 0
                        ? "🚧 **Work in progress.** What there is does not pass the repository's own commands; it is"
                                + " in #%d, for you to go on with.".formatted(delivery.getPullRequest())
                        : "❔ **Not solved.** The agent gave up or its result did not pass the checks. A narrower task,"
                                + " or a hint at where to look, often helps; then ask again.";
            case TIMED_OUT ->
                "⌛ **Out of time.** The task took longer than it may. Split it into smaller ones, or ask the"
                        + " operator for a longer limit.";
            case OVER_BUDGET ->
                "💸 **Over budget.** The task used up what it may spend on models. Split it into smaller"
                        + " ones, or ask the operator for a larger budget.";
            case CANCELLED ->
                "🚫 **Cancelled.** Somebody stopped this task; nothing was delivered. Ask again whenever you"
                        + " like.";
            case REFUSED ->
                "⛔ **Refused.** The result or the task broke a rule, so nothing of it was delivered. The"
                        + " reason is below; change the task so that it keeps to the rules, then ask again.";
            case BROKEN ->
                "🛠️ **Something broke on our side.** Neither you nor the agent did anything wrong. Ask again"
                        + " later; if it happens again, tell the operator.";
        };
    }

    private static String solved(@Nullable Delivery delivery) {
        if (delivery != null && delivery.getPullRequest() > 0) {
            return "✅ **Done.** Please review #%d.".formatted(delivery.getPullRequest());
        }
        if (delivery != null && !delivery.getBranch().isEmpty()) {
            return "✅ **Done.** The result is on branch `%s`.".formatted(name(delivery.getBranch()));
        }
        return "✅ **Done.**";
    }

    private static String footer(TaskState state) {
        List<String> parts = new ArrayList<>();
        if (state.getAttempt() > 1) {
            parts.add("attempt %d".formatted(state.getAttempt()));
        }
        Instant started = state.getStartedAt();
        Instant ended = state.getEndedAt();
        if (started != null && ended != null && !ended.isBefore(started)) {
            parts.add("waited %s, worked %s"
                    .formatted(
                            shown(Duration.between(state.getQueuedAt(), started)),
                            shown(Duration.between(started, ended))));
        }
        String timings = state.getTimings().stream()
                .limit(MOST_TIMINGS)
                .map(CommentText::timing)
                .collect(Collectors.joining(", "));
        if (!timings.isEmpty()) {
            parts.add(timings);
        }
        return String.join(" · ", parts);
    }

    private static String timing(Timing timing) {
        return "%s %s".formatted(name(timing.getPart()), shown(Duration.ofNanos(timing.getMicros() * 1000)));
    }

    private static String shown(Duration time) {
        if (time.compareTo(Duration.ofSeconds(90)) < 0) {
            return String.format(Locale.ROOT, "%.1f s", Math.max(0, time.toMillis()) / 1000.0);
        }
        return "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart());
    }

    private static void quote(List<String> paragraphs, String raw) {
        String text = ForeignText.block(raw, REASON);
        if (!text.isEmpty()) {
            paragraphs.add(quoted(text));
        }
    }

    private static String quoted(String text) {
        return text.lines().map(line -> line.isBlank() ? ">" : "> " + line).collect(Collectors.joining("\n"));
    }

    /** Within back-ticks or small print, where nothing may end them. */
    private static String name(String raw) {
        return ForeignText.line(raw.replace('`', '\''), 100);
    }
}
