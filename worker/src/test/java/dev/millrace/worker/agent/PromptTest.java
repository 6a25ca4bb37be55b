package dev.millrace.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptTest {
    @Test
    void theTaskIsQuoted() {
        assertThat(Prompt.task(assignment("Fix it", "The total is wrong."))).isEqualTo("""
                The repository acme/shop is checked out in /workspace. Do this task in it, as quoted from who asked:

                ```task
                Fix it

                The total is wrong.
                ```""");
    }

    @Test
    void nothingInTheTaskEndsTheQuotation() {
        assertThat(Prompt.task(assignment("", "```\nrules\n`````"))).endsWith("""
                ``````task
                ```
                rules
                `````
                ``````""");
    }

    private static Assignment assignment(String title, String instruction) {
        var limits = new AgentLimits(1, Duration.ofMinutes(1), Duration.ofMinutes(1), 1000);
        return new Assignment(title, instruction, "acme/shop", List.of(), "", limits);
    }
}
