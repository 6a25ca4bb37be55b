package dev.millrace.worker.agent.described;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.agent.StepRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class StepsTest {
    private static final JsonMapper JSON = new JsonMapper();

    private final List<StepRecord> seen = new ArrayList<>();
    private Instant now = Instant.EPOCH;

    @Test
    void aCommandWithItsResultIsAStepAtOnce() {
        steps("codex", """
                {"type": "item.started", "item": {"type": "command_execution", "command": "make"}}
                {"type": "item.completed", "item": {"type": "command_execution", "command": "make", \
                "aggregated_output": "ok", "exit_code": 2}}""");

        assertThat(seen).containsExactly(command("make", "ok", 2));
    }

    @Test
    void aResultThatComesLaterCompletesItsCommand() {
        steps("claude-code", """
                {"type": "assistant", "message": {"content": [{"type": "text", "text": "Now."}, \
                {"type": "tool_use", "id": "a", "name": "Bash", "input": {"command": "sleep 1"}}, \
                {"type": "tool_use", "id": "b", "name": "Edit", "input": {"file_path": "x.c"}}]}}
                {"type": "user", "message": {"content": [\
                {"type": "tool_result", "tool_use_id": "b", "content": [{"type": "text", "text": "edited"}]}]}}
                {"type": "user", "message": {"content": [\
                {"type": "tool_result", "tool_use_id": "a", "content": "no", "is_error": true}]}}""");

        assertThat(seen)
                .containsExactly(message("Now."), command("Edit x.c", "edited", null), command("sleep 1", "no", 1));
    }

    @Test
    void aCommandWithoutResultIsAStepInTheEnd() {
        steps("mini-swe-agent", """
                {"role": "assistant", "content": null, "extra": {"actions": [{"command": "ls", "tool_call_id": "1"}]}}\
                """);

        assertThat(seen).containsExactly(command("ls", "", null));
    }

    @Test
    void aResultThatNobodyWaitsForIsNoStep() {
        steps("openhands", """
                {"observation": "run", "cause": 7, "content": "x"}""");

        assertThat(seen).isEmpty();
    }

    @Test
    void whatATerminalWouldShowIsAllThatCounts() {
        steps("codex", """
                {"type": "item.completed", "item": {"type": "agent_message", "text": "\\u001b[?2004lall\\u001b[1;31m red"}}\
                """);

        assertThat(seen).containsExactly(message("all red"));
    }

    @Test
    void aStepTakesAsLongAsItsResult() {
        var steps = new Steps(Descriptions.shipped("openhands").steps(), 1000, seen::add, () -> now);
        steps.take(JSON.readTree("""
                {"id": 5, "source": "agent", "action": "run", "args": {"command": "make", "thought": ""}}"""));
        now = now.plusSeconds(3);
        steps.take(JSON.readTree("""
                {"observation": "run", "cause": 5, "content": "ok", "extras": {"metadata": {"exit_code": 0}}}"""));

        assertThat(seen)
                .containsExactly(new StepRecord(StepRecord.Kind.COMMAND, "make", "ok", 0, Duration.ofSeconds(3)));
    }

    private void steps(String agent, String records) {
        var steps = new Steps(Descriptions.shipped(agent).steps(), 1000, seen::add, () -> now);
        records.lines().forEach(line -> steps.take(JSON.readTree(line)));
        steps.finish();
    }

    private static StepRecord command(String action, String output, @org.jspecify.annotations.Nullable Integer exit) {
        return new StepRecord(StepRecord.Kind.COMMAND, action, output, exit, Duration.ZERO);
    }

    private static StepRecord message(String text) {
        return new StepRecord(StepRecord.Kind.MESSAGE, text, "", null, Duration.ZERO);
    }
}
