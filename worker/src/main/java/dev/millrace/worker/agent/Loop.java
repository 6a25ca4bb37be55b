package dev.millrace.worker.agent;

import dev.millrace.worker.model.ModelClient;
import dev.millrace.worker.model.ModelReply;
import dev.millrace.worker.model.ModelUnavailable;
import dev.millrace.worker.model.gateway.Spending;
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
    private static final ArrayNode TOOLS = ToolCall.tools(JSON);
    private static final int USELESS_IN_A_ROW = 3;
    /** More than any pull request's text should have, less than any forge refuses. */
    private static final int LONGEST_SUMMARY = 16 * 1024;

    private final Assignment assignment;
    private final ModelClient model;
    private final Shell shell;
    private final Deadline deadline;
    private final Spending spending;
    private final Transcript transcript;
    private final Conversation conversation;
    private final Repetition repetition = new Repetition();
    private int steps;
    private int useless;

    Loop(
            Assignment assignment,
            String system,
            ModelClient model,
            Shell shell,
            Deadline deadline,
            Spending spending,
            Transcript transcript) {
        this.assignment = assignment;
        this.model = model;
        this.shell = shell;
        this.deadline = deadline;
        this.spending = spending;
        this.transcript = transcript;
        this.conversation = new Conversation(JSON, system, Prompt.task(assignment));
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
        var reply = model.ask(assignment.model(), conversation.messages(), TOOLS, deadline.left());
        return switch (reply) {
            case ModelReply.Answered answer -> {
                var usage = answer.usage();
                spending.used(new Tokens(usage.tokensIn(), usage.tokensOut(), usage.tokensCached(), 0));
                yield act(answer.message(), answer.cut());
            }
            case ModelReply.OutOfTime _ -> outOfTime();
            case ModelReply.TooLong(String why) -> new AgentEnd.OutOfBudget("The conversation got too long: " + why);
            case ModelReply.Refused(int status, String why) -> {
                if (status == 404 && assignment.model().isEmpty()) {
                    // Not the task's doing: what the operator configured is not there.
                    throw new ModelUnavailable("The model endpoint does not know the address or the model;"
                            + " check LLM_BASE_URL and LLM_MODEL: " + why);
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
            calls.add(ToolCall.read(JSON, call, cut));
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
                case ToolCall.Run(String id, String command) -> {
                    var repeated = repetition.seen(command);
                    if (repeated == Repetition.Verdict.STOP) {
                        return new AgentEnd.GaveUp("The model repeated the same command over and over: `%s`"
                                .formatted(Excerpt.of(command, 500)));
                    }
                    conversation.tool(id, observation(shell.run(command), repeated));
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

    private static String observation(Ended ended, Repetition.Verdict repeated) {
        String how = ended.timedOut()
                ? "killed after %d ms, its time limit".formatted(ended.took().toMillis())
                : "exit code " + ended.exitCode();
        String warning = repeated == Repetition.Verdict.WARN
                ? "\n[This was the same command for the third time. Try something else; a fourth time ends your work.]"
                : "";
        return how + "\n" + ended.output() + warning;
    }
}
