package dev.millrace.worker.agent.described;

import dev.millrace.worker.agent.AgentEnd;
import dev.millrace.worker.agent.AgentLimits;
import dev.millrace.worker.agent.Deadline;
import dev.millrace.worker.agent.Transcript;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.Sandbox;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Follows one run of an agent's program. Used once, from one thread. */
final class Watch {
    private static final Duration GLANCE = Duration.ofMillis(500);
    private static final int LAST_LINES = 20;

    private final Description description;
    private final AgentLimits limits;
    private final Sandbox sandbox;
    private final InstantSource clock;
    private final Steps steps;
    private final Records records;
    private final Judge judge;
    private final Deque<String> lastLines = new ArrayDeque<>();
    private @Nullable Deadline grace;

    Watch(Description description, AgentLimits limits, Sandbox sandbox, Transcript transcript, InstantSource clock) {
        this.description = description;
        this.limits = limits;
        this.sandbox = sandbox;
        this.clock = clock;
        steps = new Steps(description.steps(), limits.observationBytes(), transcript, clock);
        records = Records.of(description.source(), sandbox);
        judge = new Judge(description.ends());
    }

    /** Runs the program until it ends, says that it is done and its grace is over, or its time is up. */
    AgentEnd run(Command command, byte[] input, Deadline deadline) throws InterruptedException {
        try (var execution = new Execution(sandbox, command, input)) {
            var nextLook = Deadline.in(GLANCE, clock);
            while (true) {
                Execution.News news = execution.next(GLANCE);
                switch (news) {
                    case Execution.Line(String text) -> line(text);
                    case Execution.Over(Ended ended) -> {
                        return over(ended);
                    }
                    case Execution.Broke(RuntimeException why) -> throw why;
                    case null -> {}
                }
                if (nextLook.passed()) {
                    records.look().forEach(this::take);
                    nextLook = Deadline.in(GLANCE, clock);
                }
                if (grace != null && grace.passed()) {
                    return decided();
                }
                if (deadline.passed()) {
                    return late();
                }
                if (grace == null && steps.commands() > limits.steps()) {
                    return tooMany();
                }
            }
        }
    }

    private void line(String text) {
        if (lastLines.size() == LAST_LINES) {
            lastLines.removeFirst();
        }
        lastLines.addLast(text.length() > 500 ? text.substring(0, 500) + "…" : text);
        JsonNode found = records.line(text);
        if (found != null) {
            take(found);
        }
    }

    private void take(JsonNode found) {
        steps.take(found);
        judge.take(found);
        if (judge.isDecided() && grace == null) {
            grace = Deadline.in(description.grace(), clock);
        }
    }

    private void finish() {
        JsonNode rest = records.rest();
        if (rest != null) {
            take(rest);
        }
        records.look().forEach(this::take);
        steps.finish();
    }

    private AgentEnd over(Ended ended) {
        finish();
        if (ended.timedOut() && !judge.isDecided()) {
            return late();
        }
        return judge.verdict(ended, steps.lastMessage(), String.join("\n", lastLines));
    }

    private AgentEnd decided() {
        finish();
        return judge.decided(steps.lastMessage());
    }

    /** Not every agent has a limit of its own. */
    private AgentEnd tooMany() {
        finish();
        String why = "The limit of %d steps is reached".formatted(limits.steps());
        return new AgentEnd.OutOfBudget(why);
    }

    private AgentEnd late() {
        if (judge.isDecided()) {
            return decided();
        }
        finish();
        String why = "The agent's time of %s ran out".formatted(limits.time());
        return new AgentEnd.OutOfTime(why);
    }
}
