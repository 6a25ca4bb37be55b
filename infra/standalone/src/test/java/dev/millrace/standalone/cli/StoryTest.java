package dev.millrace.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.agents.AgentState;
import dev.millrace.worker.agent.AgentProfile;
import dev.millrace.worker.model.upstream.Protocol;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class StoryTest {
    @Test
    void aLongCommandIsToldInLinesThatFit() {
        var said = new StringWriter();
        var profile = new AgentProfile(
                "",
                "x.yaml",
                Optional.of(Protocol.CHAT),
                List.of(),
                List.of("/opt/agent/bin/maker", "--one-long-option=1", "--another-long-option=2", "{prompt-file}"));

        new Story(new PrintWriter(said))
                .cast(new AgentState("maker", profile, "team/maker:1", OptionalLong.of(1), List.of()));

        assertThat(said.toString().lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80))
                .anySatisfy(line -> assertThat(line).endsWith("maker in team/maker:1"))
                .anySatisfy(line -> assertThat(line).contains("$ /opt/agent/bin/maker --one-long-option=1"))
                .anySatisfy(line -> assertThat(line).endsWith("{prompt-file}"));
    }
}
