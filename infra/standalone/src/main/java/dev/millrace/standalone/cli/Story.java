package dev.millrace.standalone.cli;

import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.Step;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.Timing;
import dev.millrace.standalone.agents.AgentState;
import dev.millrace.standalone.watch.TaskWatch;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Tells a task's way in lines of at most 80 columns, each with the seconds since the start. */
final class Story implements TaskWatch.Listener {
    private static final int WIDTH = 80;
    private static final int INDENT = 23;
    private static final int PARTS_A_LINE = 3;

    private final PrintWriter out;
    private final long start = System.nanoTime();
    private int steps;

    Story(PrintWriter out) {
        this.out = out;
    }

    /** One line: the seconds so far, what happened, and details that are cut to fit. */
    void tell(String what, String details) {
        double seconds = (System.nanoTime() - start) / 1e9;
        String line = "%7.2f s  %-10s  %s".formatted(seconds, what, oneLine(details, WIDTH - INDENT));
        out.println(line.stripTrailing());
        out.flush();
    }

    /** Who acts, where, and by which command. */
    void cast(AgentState agent) {
        tell("agent", agent.image().isEmpty() ? agent.name() : "%s in %s".formatted(agent.name(), agent.image()));
        if (!agent.profile().command().isEmpty()) {
            wrapped("$ " + String.join(" ", agent.profile().command())).forEach(line -> tell("", line));
        }
    }

    @Override
    public void moved(TaskState state) {
        switch (state.getPhase()) {
            case QUEUED -> tell("queued", state.getWaitingFor());
            case OFFERED -> tell("offered", "attempt %d".formatted(state.getAttempt()));
            case RUNNING -> tell("claimed", "attempt %d by %s".formatted(state.getAttempt(), state.getWorker()));
            case DELIVERING ->
                tell(
                        "changeset",
                        "%s %s".formatted(state.getOutcome(), state.getReason().isEmpty() ? "" : state.getReason()));
            case DONE -> delivered(state);
            case UNKNOWN -> tell("unknown", "");
        }
    }

    /** How many steps it has told. */
    int steps() {
        return steps;
    }

    @Override
    public void step(Step step) {
        steps++;
        String took = "%d ms".formatted(step.getMicros() / 1_000);
        switch (step.getKind()) {
            case SETUP -> tell("set-up", "%s (%s)".formatted(step.getAction(), took));
            case COMMAND, VERIFY -> {
                tell("step " + step.getIndex(), "$ " + step.getAction());
                String seen = step.getObservation().strip();
                if (!seen.isEmpty()) {
                    out.println(" ".repeat(INDENT) + oneLine(seen, WIDTH - INDENT));
                }
                if (step.getExitCode() != null && step.getExitCode() != 0) {
                    out.println(" ".repeat(INDENT) + "exit code " + step.getExitCode());
                }
            }
            case MESSAGE, UNKNOWN -> tell("says", step.getAction());
        }
        out.flush();
    }

    private void delivered(TaskState state) {
        Delivery delivery = state.getDelivery();
        if (delivery == null) {
            return;
        }
        if (!delivery.getBranch().isEmpty()) {
            tell("branch", delivery.getBranch());
        }
        if (delivery.getPullRequest() != 0) {
            tell("pull", "#%d %s".formatted(delivery.getPullRequest(), delivery.getPullRequestUrl()));
        }
        if (!delivery.getReason().isEmpty()) {
            tell("refused", delivery.getReason());
        }
        tell("done", "%s".formatted(delivery.getOutcome()));
    }

    /** How long each part took, as far as it was measured. */
    static String times(TaskState state) {
        var whole = state.getPhase() == Phase.DONE
                ? Duration.between(state.getQueuedAt(), state.getSince()).toMillis()
                : 0;
        var delivery = state.getDelivery();
        return String.join(
                "\n",
                parts("worker", state.getTimings()),
                parts("sink", delivery == null ? List.of() : delivery.getTimings()),
                "  %-8s  from queued to done %d ms".formatted("in all", whole));
    }

    /** A few parts a line, so that a line stays within the width. */
    private static String parts(String stage, List<Timing> timings) {
        var lines = new StringBuilder("  %-8s".formatted(stage));
        for (int part = 0; part < timings.size(); part++) {
            if (part > 0 && part % PARTS_A_LINE == 0) {
                lines.append("\n").append(" ".repeat(10));
            }
            Timing timing = timings.get(part);
            lines.append("  ")
                    .append(timing.getPart())
                    .append(' ')
                    .append(timing.getMicros() / 1_000)
                    .append(" ms");
        }
        return lines.toString();
    }

    /** Why a task ended as it did; never empty. */
    static String reason(TaskState done) {
        var delivery = done.getDelivery();
        String reason = done.getReason().isEmpty() && delivery != null ? delivery.getReason() : done.getReason();
        return reason.isEmpty() ? "nothing was changed" : reason;
    }

    /** At spaces, as far as there are any. */
    private static List<String> wrapped(String text) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > WIDTH - INDENT) {
                lines.add(line.toString());
                line.setLength(0);
                line.append("   ").append(word);
            } else {
                line.append(line.isEmpty() ? "" : " ").append(word);
            }
        }
        lines.add(line.toString());
        return lines;
    }

    private static String oneLine(String text, int width) {
        String line = text.strip().replaceAll("\\R", " ⏎ ").replaceAll("\\p{Cntrl}", "?");
        return line.length() <= width ? line : line.substring(0, width - 1) + "…";
    }
}
