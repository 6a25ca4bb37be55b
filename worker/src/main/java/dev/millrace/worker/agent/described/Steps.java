package dev.millrace.worker.agent.described;

import dev.millrace.worker.agent.Excerpt;
import dev.millrace.worker.agent.StepRecord;
import dev.millrace.worker.agent.Transcript;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Makes steps of what one agent tells. */
final class Steps {
    /** More calls than any agent makes at the same time; the oldest is then a step without its answer. */
    private static final int WAITING = 100;

    /** What programs tell a terminal. */
    private static final Pattern CONTROL = Pattern.compile("\u001b\\[[0-9;?]*[ -/]*[@-~]");

    private final List<StepRule> rules;
    private final int bytes;
    private final Transcript transcript;
    private final InstantSource clock;
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();
    private String lastMessage = "";
    private int commands;

    private record Waiting(StepRecord.Kind kind, String action, Instant since) {}

    /** @param bytes that are kept of an action and of an observation */
    Steps(List<StepRule> rules, int bytes, Transcript transcript, InstantSource clock) {
        this.rules = rules;
        this.bytes = bytes;
        this.transcript = transcript;
        this.clock = clock;
    }

    /** Every rule that holds for a record counts, in their order. */
    void take(JsonNode values) {
        for (StepRule rule : rules) {
            if (rule.each().isEmpty()) {
                take(rule, values);
            } else {
                rule.each().get().in(values).forEach(one -> take(rule, one));
            }
        }
    }

    private void take(StepRule rule, JsonNode values) {
        if (rule.when().holds(values)) {
            apply(rule, values);
        }
    }

    /** Steps whose answer did not come. */
    void finish() {
        waiting.values().forEach(call -> emit(call.kind(), call.action(), "", null, call.since()));
        waiting.clear();
    }

    /** What the agent said last; empty for nothing. */
    String lastMessage() {
        return lastMessage;
    }

    /** How many commands it has run. */
    int commands() {
        return commands;
    }

    private void apply(StepRule rule, JsonNode values) {
        String output = rule.output().fill(values);
        Integer exit = exit(rule.exit().fill(values));
        switch (rule.shown()) {
            case ANSWER -> answer(rule.answer().orElseThrow().fill(values), output, exit);
            case COMMAND -> begin(rule, values, StepRecord.Kind.COMMAND, output, exit);
            case MESSAGE -> begin(rule, values, StepRecord.Kind.MESSAGE, output, exit);
        }
    }

    private void begin(StepRule rule, JsonNode values, StepRecord.Kind kind, String output, @Nullable Integer exit) {
        String action = rule.action().fill(values).strip();
        if (action.isEmpty()) {
            return;
        }
        if (kind == StepRecord.Kind.MESSAGE) {
            lastMessage = action;
        }
        if (rule.call().isEmpty()) {
            emit(kind, action, output, exit, clock.instant());
            return;
        }
        if (waiting.size() == WAITING) {
            String oldest = waiting.keySet().iterator().next();
            answer(oldest, "", null);
        }
        waiting.put(rule.call().get().fill(values), new Waiting(kind, Excerpt.of(action, bytes), clock.instant()));
    }

    private void answer(String call, String output, @Nullable Integer exit) {
        Waiting asked = waiting.remove(call);
        if (asked != null) {
            emit(asked.kind(), asked.action(), output, exit, asked.since());
        }
    }

    private void emit(StepRecord.Kind kind, String action, String output, @Nullable Integer exit, Instant since) {
        if (kind == StepRecord.Kind.COMMAND) {
            commands++;
        }
        transcript.step(new StepRecord(
                kind,
                Excerpt.of(CONTROL.matcher(action).replaceAll(""), bytes),
                Excerpt.of(CONTROL.matcher(output).replaceAll(""), bytes),
                exit,
                Duration.between(since, clock.instant())));
    }

    /** A number, or whether it failed; null for neither. */
    private static @Nullable Integer exit(String text) {
        return switch (text) {
            case "true" -> 1;
            case "false" -> 0;
            default -> text.matches("-?\\d{1,9}") ? Integer.valueOf(text) : null;
        };
    }
}
