package dev.millrace.standalone.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.agents.AgentState.Missing;
import dev.millrace.worker.agent.Agent;
import dev.millrace.worker.agent.AgentEnd;
import dev.millrace.worker.agent.AgentProfile;
import dev.millrace.worker.agent.Agents;
import dev.millrace.worker.agent.Assignment;
import dev.millrace.worker.agent.Transcript;
import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.model.upstream.BackPressure;
import dev.millrace.worker.model.upstream.Backoff;
import dev.millrace.worker.model.upstream.ModelKey;
import dev.millrace.worker.model.upstream.Protocol;
import dev.millrace.worker.model.upstream.Upstream;
import dev.millrace.worker.model.upstream.Upstreams;
import dev.millrace.worker.sandbox.Sandbox;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class AgentSurveyTest {
    private static final Map<String, String> BUILT = Map.of("codex", "millrace/agent-codex:1");

    @Test
    void anAgentWithItsImageAndItsModelNeedsNothing() {
        var state = survey(Set.of(Protocol.RESPONSES), Map.of("millrace/agent-codex:1", 600_000_000L))
                .of("codex");

        assertThat(state.isReady()).isTrue();
        assertThat(state.imageBytes()).hasValue(600_000_000L);
    }

    @Test
    void anImageThatMillraceBuildsIsToldWithTheCommandForIt() {
        var state = survey(Set.of(Protocol.RESPONSES), Map.of()).of("codex");

        assertThat(state.imageBytes()).isEmpty();
        assertThat(state.missing())
                .containsExactly(new AgentState.NoImage("millrace/agent-codex:1", "./millrace images codex"));
        assertThat(state.lacksOnlyAModel()).isFalse();
    }

    @Test
    void anyOtherImageIsForTheOperatorToGet() {
        assertThat(survey(Set.of(Protocol.CHAT), Map.of()).of("maker").missing())
                .extracting(Missing::remedy)
                .containsExactly("docker pull team/maker:1");
    }

    @Test
    void aModelOfAnotherProtocolIsNone() {
        var state = survey(Set.of(Protocol.CHAT, Protocol.MESSAGES), Map.of("millrace/agent-codex:1", 1L))
                .of("codex");

        assertThat(state.missing()).singleElement().satisfies(missing -> {
            assertThat(missing.what()).isEqualTo("a model that speaks responses");
            assertThat(missing.remedy()).contains(".protocols=responses");
        });
        assertThat(state.lacksOnlyAModel()).isTrue();
    }

    @Test
    void anAgentThatAsksNobodyNeedsNoModel() {
        assertThat(survey(Set.of(), Map.of()).of("script").isReady()).isTrue();
    }

    @Test
    void allAreToldByName() {
        assertThat(survey(Set.of(), Map.of()).all())
                .extracting(AgentState::name)
                .containsExactly("codex", "maker", "script");
    }

    private static AgentSurvey survey(Set<Protocol> protocols, Map<String, Long> images) {
        var agents = new Agents(
                Map.of(
                        "codex", new Told("millrace/agent-codex:1", Optional.of(Protocol.RESPONSES)),
                        "maker", new Told("team/maker:1", Optional.of(Protocol.CHAT)),
                        "script", new Told("", Optional.empty())),
                "script");
        var backoff = new Backoff(
                Duration.ofSeconds(1), Duration.ofSeconds(1), InstantSource.system(), RandomGenerator.getDefault());
        var upstream = new Upstream(
                "some",
                "http://127.0.0.1:1/v1",
                protocols,
                ModelKey.Source.NONE,
                "",
                Map.of(Upstream.ANY, Upstream.ANY),
                new BackPressure(backoff));
        return new AgentSurvey(
                agents,
                new Upstreams(protocols.isEmpty() ? List.of() : List.of(upstream), Map.of()),
                image -> images.containsKey(image) ? OptionalLong.of(images.get(image)) : OptionalLong.empty(),
                BUILT);
    }

    /** An agent of which only is known what it needs. */
    private record Told(String image, Optional<Protocol> speaks) implements Agent {
        @Override
        public AgentProfile profile() {
            return new AgentProfile("", "", speaks, List.of(), List.of());
        }

        @Override
        public AgentEnd work(Assignment assignment, Sandbox sandbox, Spending spending, Transcript transcript) {
            throw new UnsupportedOperationException("a survey starts nobody");
        }
    }
}
