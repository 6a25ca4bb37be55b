package dev.millrace.worker.agent.described;

import dev.millrace.worker.agent.AgentEnd;
import dev.millrace.worker.agent.Excerpt;
import dev.millrace.worker.sandbox.Ended;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Says how an agent's work ended. For one thread. */
final class Judge {
    private static final int SHOWN = 2000;

    private final List<EndRule> rules;
    private @Nullable EndRule found;
    private String why = "";

    Judge(List<EndRule> rules) {
        this.rules = rules;
    }

    /** Looks at a record; the first that says how it ended counts. */
    void take(JsonNode values) {
        if (found == null) {
            rules.stream()
                    .filter(rule ->
                            rule.when().filter(when -> when.holds(values)).isPresent())
                    .findFirst()
                    .ifPresent(rule -> set(rule, rule.why().fill(values)));
        }
    }

    /** Whether the agent has said how it ended. */
    boolean isDecided() {
        return found != null;
    }

    /**
     * How it ended.
     *
     * @param ended the program, by itself or by its time limit
     * @param lastMessage of the agent; empty for none
     * @param lastLines of its output, for people
     */
    AgentEnd verdict(Ended ended, String lastMessage, String lastLines) {
        if (found == null && !ended.timedOut()) {
            rules.stream()
                    .filter(rule -> rule.exit().isPresent() && rule.exit().getAsInt() == ended.exitCode())
                    .findFirst()
                    .ifPresent(rule -> set(rule, rule.why().fill(_ -> "")));
        }
        if (found == null) {
            String said = Excerpt.tail((lastLines + "\n" + ended.stderr()).strip(), SHOWN);
            String reason = "The agent's program ended with exit code %d without saying that it is done%s"
                    .formatted(ended.exitCode(), said.isEmpty() ? "" : ":\n" + said);
            return new AgentEnd.GaveUp(reason);
        }
        return decided(lastMessage);
    }

    /** How it ended, by its own words; only if {@link #isDecided()}. */
    AgentEnd decided(String lastMessage) {
        EndRule rule = found;
        if (rule == null) {
            throw new IllegalStateException("nothing has said how it ended");
        }
        String words = Excerpt.of(why.isBlank() ? lastMessage : why.strip(), SHOWN);
        return switch (rule.verdict()) {
            case DONE -> new AgentEnd.Done(words);
            case FAILED -> new AgentEnd.GaveUp(words.isEmpty() ? "The agent failed" : words);
            case LIMIT -> new AgentEnd.OutOfBudget(words.isEmpty() ? "The agent came to a limit of its own" : words);
        };
    }

    private void set(EndRule rule, String words) {
        found = rule;
        why = words;
    }
}
