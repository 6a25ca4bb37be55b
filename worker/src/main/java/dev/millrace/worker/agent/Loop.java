package dev.millrace.worker.agent;

import dev.millrace.worker.model.ModelUnavailable;
import dev.millrace.worker.model.gateway.Chat;
import dev.millrace.worker.model.gateway.Hindrance;
import dev.millrace.worker.model.upstream.Tokens;
import dev.millrace.worker.sandbox.Ended;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One conversation of the built-in agent, from the task to its end. Used once, from one thread. */
final class Loop implements Agent.Work {
    private static final JsonMapper JSON = new JsonMapper();
    private static final ArrayNode TOOLS = ToolCall.tools();
    private static final int USELESS_IN_A_ROW = 3;
    /** More than any pull request's text should have, less than any forge refuses. */
    private static final int LONGEST_SUMMARY = 16 * 1024;

    private final Assignment assignment;
    private final Chat chat;
    private final Shell shell;
    private final Deadline deadline;
    private final Transcript transcript;
    private final Conversation conversation;
    private final Window window;
    private final Repetition repetition = new Repetition();
    private int steps;
    private int useless;

    /** @param context tokens that the conversation may come to */
    Loop(
            Assignment assignment,
            String system,
            long context,
            Chat chat,
            Shell shell,
            Deadline deadline,
            Transcript transcript) {
        this.assignment = assignment;
        this.chat = chat;
        this.shell = shell;
        this.deadline = deadline;
        this.transcript = transcript;
        this.conversation = new Conversation(JSON, system, Prompt.task(assignment));
        this.window = new Window(conversation, context);
    }

    @Override
    public AgentEnd goOn(String failed) throws InterruptedException {
        conversation.user(Prompt.failed(failed));
        return begin();
    }

    @Override
    public AgentEnd begin() throws InterruptedException {
        AgentEnd end = null;
        while (end == null) {
            end = deadline.passed() ? outOfTime() : turn();
        }
        return end;
    }

    /** Asks once and does what the answer says; null where the conversation goes on. */
    private @Nullable AgentEnd turn() throws InterruptedException {
        window.makeRoom();
        return switch (chat.ask(conversation.messages(), TOOLS)) {
            case Chat.Answered(ObjectNode message, boolean cut, Tokens used) -> {
                window.answered(used);
                yield act(message, cut);
            }
            case Chat.TooLong(String why) ->
                window.outgrown() ? null : new AgentEnd.OutOfBudget("The conversation got too long: " + why);
            case Chat.Hindered(Hindrance why) ->
                why instanceof Hindrance.OutOfTime ? outOfTime() : AgentEnd.hindered(why);
            case Chat.Refused(int status, String why) -> {
                if (status == 404 && assignment.model().isEmpty()) {
                    // Not the task's doing: what the operator configured is not there.
                    throw new ModelUnavailable("The model's endpoint does not know the address or the model;"
                            + " check LLM_BASE_URL and LLM_MODEL, or millrace.worker.model.upstreams: " + why);
                }
                yield new AgentEnd.GaveUp("The model's provider refused the request: " + why);
            }
        };
    }

    /** Goes by what is in the message; what providers give as reason to finish is not reliable. */
    private @Nullable AgentEnd act(ObjectNode message, boolean cut) throws InterruptedException {
        conversation.assistant(message);
        String said = Conversation.said(message);
        if (!said.isEmpty()) {
            transcript.step(new StepRecord(
                    StepRecord.Kind.MESSAGE,
                    Excerpt.of(said, assignment.limits().observationBytes()),
                    "",
                    null,
                    Duration.ZERO));
        }
        List<ToolCall> calls = new ArrayList<>();
        for (JsonNode call : message.path("tool_calls")) {
            calls.add(ToolCall.read(call, cut));
        }
        if (!calls.isEmpty()) {
            return answer(calls);
        }
        if (!said.isEmpty() && !cut) {
            return new AgentEnd.Done(Excerpt.of(said, LONGEST_SUMMARY));
        }
        steps++;
        conversation.user(
                cut
                        ? "Your answer was cut off by the output limit. Go on in smaller pieces."
                        : "Your answer was empty. Call bash, or say in plain words what you did if you are done.");
        return uselessAnswer();
    }

    /** Answers every call, in order and with nothing between; null where the conversation goes on. */
    private @Nullable AgentEnd answer(List<ToolCall> calls) throws InterruptedException {
        boolean useful = false;
        for (ToolCall call : calls) {
            if (steps++ >= assignment.limits().steps()) {
                return new AgentEnd.OutOfBudget("The limit of %d steps is reached"
                        .formatted(assignment.limits().steps()));
            }
            if (deadline.passed()) {
                return outOfTime();
            }
            switch (call) {
                case ToolCall.Malformed(String id, String why) -> conversation.tool(id, why);
                case ToolCall.Run run -> {
                    var repeated = repetition.seen(run.command());
                    if (repeated == Repetition.Verdict.STOP) {
                        return new AgentEnd.GaveUp("The model repeated the same command over and over: `%s`"
                                .formatted(Excerpt.of(run.command(), 500)));
                    }
                    Ended ended = run.keep() ? shell.runOn(run.command()) : shell.run(run.command());
                    conversation.tool(run.id(), observation(ended, repeated));
                    useful = true;
                }
            }
        }
        return useful ? usefulAnswer() : uselessAnswer();
    }

    private @Nullable AgentEnd usefulAnswer() {
        useless = 0;
        return null;
    }

    private @Nullable AgentEnd uselessAnswer() {
        return ++useless < USELESS_IN_A_ROW
                ? null
                : new AgentEnd.GaveUp("The model gave %d answers in a row that could not be used".formatted(useless));
    }

    private AgentEnd outOfTime() {
        return new AgentEnd.OutOfTime(
                "The agent's time of %s ran out".formatted(assignment.limits().time()));
    }

    private String observation(Ended ended, Repetition.Verdict repeated) {
        String how = ended.timedOut()
                ? "killed after %d ms, its time limit".formatted(ended.took().toMillis())
                : "exit code " + ended.exitCode();
        String warning = repeated == Repetition.Verdict.WARN
                ? "\n[This was the same command for the third time. Try something else; a fourth time ends your work.]"
                : "";
        return how + "\n" + ended.output() + warning + nearTheEnd();
    }

    /** So that it can sum up what it did rather than be cut off in the middle of it; empty while there is much left. */
    private String nearTheEnd() {
        AgentLimits limits = assignment.limits();
        int left = limits.steps() - steps;
        boolean late = deadline.left().compareTo(limits.time().dividedBy(10)) < 0;
        return left < Math.min(5, limits.steps() / 10) || late
                ? "\n[Left are %d commands and %d s. Come to an end now, and say what you did.]"
                        .formatted(left, deadline.left().toSeconds())
                : "";
    }
}
