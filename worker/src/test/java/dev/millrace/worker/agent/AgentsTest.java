package dev.millrace.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.millrace.worker.model.ModelProperties;
import dev.millrace.worker.model.ModelWiring;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class AgentsTest {
    @TempDir
    private Path directory;

    private final Agent one = (_, _, _, _) -> {
        throw new IllegalStateException("not to be run here");
    };
    private final Agent two = (_, _, _, _) -> {
        throw new IllegalStateException("not to be run here");
    };
    private final Agents agents = new Agents(Map.of("one", one, "two", two), "two");

    private final ApplicationContextRunner worker = new ApplicationContextRunner()
            .withBean(InstantSource.class, InstantSource::system)
            .withUserConfiguration(AgentWiring.class, ModelWiring.class);

    @Test
    void anAgentIsFoundByItsName() {
        assertThat(agents.named("one")).isSameAs(one);
        assertThat(agents.names()).containsExactly("one", "two");
    }

    @Test
    void theDefaultWorksWhereNoneIsNamed() {
        assertThat(agents.named("")).isSameAs(two);
    }

    @Test
    void anUnknownAgentIsRefusedWithTheNamesOfAllThatThereAre() {
        assertThatExceptionOfType(UnknownAgent.class)
                .isThrownBy(() -> agents.named("three"))
                .withMessage("There is no agent 'three' here; known are: one, two");
    }

    @Test
    void anUnknownDefaultIsRefusedAtTheStart() {
        worker.withPropertyValues("millrace.worker.agent.default=hal")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(UnknownAgent.class)
                        .hasMessageContaining("builtin, script"));
    }

    @Test
    void everyKeyHasItsDefault() {
        worker.run(context -> {
            assertThat(context.getBean(Agents.class).names()).containsExactly("builtin", "script");
            assertThat(context.getBean(Agents.class).named("")).isInstanceOf(BuiltInAgent.class);
            assertThat(context.getBean(AgentProperties.class).limits())
                    .isEqualTo(new AgentLimits(100, Duration.ofMinutes(30), Duration.ofMinutes(5), 16 * 1024));
            assertThat(context.getBean(AgentProperties.class).context()).isEqualTo(120_000);
            assertThat(context.getBean(AgentProperties.class).systemPrompt()).isEmpty();
        });
    }

    @Test
    void everyKeyCanBeSet() throws Exception {
        Path prompt = Files.writeString(directory.resolve("prompt.md"), "Be brief.");
        worker.withPropertyValues(
                        "millrace.worker.agent.default=script",
                        "millrace.worker.agent.steps=7",
                        "millrace.worker.agent.time=3m",
                        "millrace.worker.agent.command-time=20s",
                        "millrace.worker.agent.observation=1KB",
                        "millrace.worker.agent.context=50000",
                        "millrace.worker.agent.system-prompt=" + prompt,
                        "millrace.worker.model.base-url=http://localhost:4001/v1",
                        "millrace.worker.model.name=m",
                        "millrace.worker.model.key=k",
                        "millrace.worker.model.timeout=1m",
                        "millrace.worker.model.retries=2",
                        "millrace.worker.model.retry-delay=2s",
                        "millrace.worker.model.max-retry-delay=30s",
                        "millrace.worker.model.max-body=1MB")
                .run(context -> {
                    assertThat(context.getBean(Agents.class).named("")).isInstanceOf(ScriptAgent.class);
                    assertThat(context.getBean(AgentProperties.class).limits())
                            .isEqualTo(new AgentLimits(7, Duration.ofMinutes(3), Duration.ofSeconds(20), 1024));
                    assertThat(context.getBean(AgentProperties.class).context()).isEqualTo(50_000);
                    assertThat(context.getBean(AgentProperties.class).systemPrompt())
                            .isEqualTo(prompt.toString());
                    var model = context.getBean(ModelProperties.class);
                    assertThat(model.name()).isEqualTo("m");
                    assertThat(model.timeout()).isEqualTo(Duration.ofMinutes(1));
                    assertThat(model.retries()).isEqualTo(2);
                    assertThat(model.retryDelay()).isEqualTo(Duration.ofSeconds(2));
                    assertThat(model.maxRetryDelay()).isEqualTo(Duration.ofSeconds(30));
                    assertThat(model.maxBody().toMegabytes()).isEqualTo(1);
                });
    }

    @ParameterizedTest
    @CsvSource({"false, false, true", "true, false, false", "false, true, false"})
    void aBuiltInAgentWithoutAModelIsSaidAtTheStartWithTheRemedy(boolean named, boolean other, boolean said) {
        var log = (Logger) LoggerFactory.getLogger(AgentWiring.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        worker.withPropertyValues(
                        "millrace.worker.agent.default=" + (other ? "script" : "builtin"),
                        "millrace.worker.model.base-url=http://localhost:4001/v1",
                        "millrace.worker.model.name=" + (named ? "m" : ""))
                .run(context -> assertThat(context).hasNotFailed());
        log.detachAppender(lines);

        assertThat(lines.list.stream()
                        .anyMatch(line -> line.getFormattedMessage().contains("LLM_MODEL")))
                .isEqualTo(said);
    }

    @Test
    void aSystemPromptThatCannotBeReadIsRefusedAtTheStart() {
        worker.withPropertyValues("millrace.worker.agent.system-prompt=" + directory.resolve("none"))
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("millrace.worker.agent.system-prompt")
                        .hasStackTraceContaining("cannot be read"));
    }

    @Test
    void aCommandMayNotHaveMoreTimeThanTheWork() {
        worker.withPropertyValues("millrace.worker.agent.time=1m")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("millrace.worker.agent.command-time (PT5M)"));
    }
}
