package dev.millrace.sink.delivery;

import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.TaskOutcome;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.Verification;
import dev.millrace.sink.secret.Secrets;
import dev.millrace.sink.text.ForeignText;
import dev.millrace.sink.text.VerificationText;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What the commit and the pull request say; the same for the same outcome. */
final class ProposalText {
    private static final int TITLE = 120;
    private static final int SUMMARY = 16_000;
    private static final int REASON = 2_000;
    private static final int MESSAGE = 2_000;
    private static final Pattern LOGIN = Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_])?");
    private static final Pattern DRAFT = Pattern.compile("(?i)^(?:(?:\\[?wip\\]?:?|draft:)\\s*)+");

    private final String coAuthorDomain;
    private final Secrets secrets;

    /**
     * @param coAuthorDomain where the forge's users have addresses that nobody reads
     * @param secrets that are taken out of what the agent and people wrote
     */
    ProposalText(String coAuthorDomain, Secrets secrets) {
        this.coAuthorDomain = coAuthorDomain;
        this.secrets = secrets;
    }

    /** Whether what is delivered does not pass the repository's verification. */
    static boolean isUnfinished(TaskOutcome outcome) {
        Verification verification = outcome.getVerification();
        return outcome.getOutcome() == Outcome.UNSOLVED && verification != null && !verification.getPassed();
    }

    /** Of the pull request. What begins with "WIP:" is a draft for the forge, which nobody merges by accident. */
    String title(TaskOutcome outcome) {
        return isUnfinished(outcome) ? "WIP: " + subject(outcome) : subject(outcome);
    }

    private String subject(TaskOutcome outcome) {
        TaskRequest task = outcome.getTask();
        String source = task.getTitle().isBlank() ? task.getInstruction() : task.getTitle();
        String firstLine = source.strip().lines().findFirst().orElse("");
        // "WIP:" would make the forge open a draft that nobody asked for
        String title =
                ForeignText.line(DRAFT.matcher(secrets.removedFrom(firstLine)).replaceFirst(""), TITLE);
        return title.isEmpty() ? "Task " + outcome.getTaskId() : title;
    }

    /**
     * The pull request's text.
     *
     * @param closes whether merging it settles the task's issue, rather than being a change to a pull request
     */
    String body(TaskOutcome outcome, boolean closes) {
        List<String> paragraphs = new ArrayList<>();
        String summary = ForeignText.block(secrets.removedFrom(outcome.getSummary()), SUMMARY);
        if (isUnfinished(outcome)) {
            paragraphs.add(
                    "🚧 **Work in progress.** " + ForeignText.block(secrets.removedFrom(outcome.getReason()), REASON));
        }
        paragraphs.add(summary.isEmpty() ? "The agent left no summary." : summary);
        String verification = secrets.removedFrom(VerificationText.of(outcome.getVerification()));
        if (!verification.isEmpty()) {
            paragraphs.add(verification);
        }
        TaskRequest task = outcome.getTask();
        if (task.getNumber() > 0) {
            paragraphs.add((closes ? "Closes #%d." : "Follows up on #%d.").formatted(task.getNumber()));
        }
        paragraphs.add(("---\nMade by an agent in a sandbox, as asked for by %s. Please review it like the work of"
                        + " somebody new to the project.")
                .formatted(ForeignText.line(task.getRequestedBy(), 100)));
        paragraphs.add("<!-- millrace:task=%s -->".formatted(outcome.getTaskId()));
        return String.join("\n\n", paragraphs);
    }

    /** The commit's message, with who asked and the task as trailers. */
    String message(TaskOutcome outcome) {
        List<String> paragraphs = new ArrayList<>();
        paragraphs.add(subject(outcome));
        String summary = ForeignText.message(secrets.removedFrom(outcome.getSummary()), MESSAGE);
        if (!summary.isEmpty()) {
            paragraphs.add(summary);
        }
        List<String> trailers = new ArrayList<>();
        String login = outcome.getTask().getRequestedBy();
        if (LOGIN.matcher(login).matches()) {
            trailers.add("Co-authored-by: %s <%s@%s>".formatted(login, login, coAuthorDomain));
        }
        trailers.add("Millrace-Task: " + outcome.getTaskId());
        paragraphs.add(String.join("\n", trailers) + "\n");
        return String.join("\n\n", paragraphs);
    }
}
