package dev.millrace.worker.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.model.gateway.Budget;
import dev.millrace.worker.model.gateway.GatewayLimits;
import dev.millrace.worker.model.gateway.Gateways;
import dev.millrace.worker.model.upstream.Price;
import dev.millrace.worker.model.upstream.Protocol;
import dev.millrace.worker.model.upstream.Upstream;
import dev.millrace.worker.model.upstream.Upstreams;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class UpstreamPropertiesTest {
    private final ApplicationContextRunner worker = new ApplicationContextRunner()
            .withBean(InstantSource.class, InstantSource::system)
            .withUserConfiguration(ModelWiring.class);

    @TempDir
    Path directory;

    @Test
    void withoutAnyKeyThereIsNoUpstream() {
        worker.run(context -> {
            assertThat(context.getBean(Upstreams.class).all()).isEmpty();
            assertThat(context).hasSingleBean(Gateways.class);
            assertThat(context.getBean(UpstreamProperties.class).limits(context.getBean(ModelProperties.class)))
                    .isEqualTo(new GatewayLimits(
                            8 << 20, 32, Duration.ofMinutes(5), Duration.ofMinutes(2), Duration.ofMinutes(15), 5));
        });
    }

    @Test
    void theOneEndpointIsAnUpstreamForChatsThatTakesEveryName() {
        worker.withPropertyValues(
                        "millrace.worker.model.base-url=http://localhost/v1",
                        "millrace.worker.model.name=m",
                        "millrace.worker.model.key=k")
                .run(context -> {
                    var route = context.getBean(Upstreams.class)
                            .route(Protocol.CHAT, "any", "")
                            .orElseThrow();
                    assertThat(route.model()).isEqualTo("m");
                    assertThat(route.upstream().key().read().value()).isEqualTo("k");
                    assertThat(context.getBean(Upstreams.class).route(Protocol.MESSAGES, "any", ""))
                            .isEmpty();
                });
    }

    @Test
    void anAttemptsBudgetIsBoundedOnlyWhereItIsSaid() {
        worker.run(context -> assertThat(context.getBean(Budget.class)).isEqualTo(Budget.UNLIMITED));
        worker.withPropertyValues("millrace.worker.model.budget.usd=2.50")
                .run(context -> assertThat(context.getBean(Budget.class))
                        .isEqualTo(new Budget(Long.MAX_VALUE, Long.MAX_VALUE, 2_500_000)));
        worker.withPropertyValues(
                        "millrace.worker.model.budget.requests=70",
                        "millrace.worker.model.budget.tokens=3000000",
                        "millrace.worker.model.budget.usd=1")
                .run(context ->
                        assertThat(context.getBean(Budget.class)).isEqualTo(new Budget(70, 3_000_000, 1_000_000)));
    }

    @ParameterizedTest
    @CsvSource({"requests, 0", "tokens, -1", "usd, 0", "usd, 1e12"})
    void aBudgetOfNothingIsRefused(String key, String value) {
        worker.withPropertyValues("millrace.worker.model.budget.%s=%s".formatted(key, value))
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("budget.requests, budget.tokens and budget.usd must be above 0"));
    }

    @Test
    void everyKeyCanBeSet() throws Exception {
        Path key = Files.writeString(directory.resolve("key"), "secret\n");
        worker.withPropertyValues(
                        "millrace.worker.model.base-url=http://localhost/v1",
                        "millrace.worker.model.upstreams[0].name=minimax",
                        "millrace.worker.model.upstreams[0].base-url=https://api.example.org/v1",
                        "millrace.worker.model.upstreams[0].protocols=chat,responses",
                        "millrace.worker.model.upstreams[0].key-file=" + key,
                        "millrace.worker.model.upstreams[0].key-header=api-key",
                        "millrace.worker.model.upstreams[0].models=gpt-5.1=M3,claude/x = *,*=M2",
                        "millrace.worker.model.prices[0].model=M3",
                        "millrace.worker.model.prices[0].in=0.30",
                        "millrace.worker.model.prices[0].out=1.20",
                        "millrace.worker.model.prices[0].cached=0.06",
                        "millrace.worker.model.silence=30s",
                        "millrace.worker.model.stream-time=10m",
                        "millrace.worker.model.connections=8")
                .run(context -> {
                    var upstreams = context.getBean(Upstreams.class);
                    assertThat(upstreams.all()).extracting(Upstream::name).containsExactly("minimax", "default");
                    Upstream first = upstreams.all().getFirst();
                    assertThat(first.models()).isEqualTo(Map.of("gpt-5.1", "M3", "claude/x", "*", "*", "M2"));
                    assertThat(first.protocols()).containsExactlyInAnyOrder(Protocol.CHAT, Protocol.RESPONSES);
                    assertThat(first.keyHeader()).isEqualTo("api-key");
                    assertThat(first.key().read().value()).isEqualTo("secret");
                    var in = new BigDecimal("0.30");
                    assertThat(upstreams.prices())
                            .isEqualTo(Map.of("M3", new Price(in, new BigDecimal("1.20"), new BigDecimal("0.06"), in)));
                    var limits =
                            context.getBean(UpstreamProperties.class).limits(context.getBean(ModelProperties.class));
                    assertThat(limits.silence()).isEqualTo(Duration.ofSeconds(30));
                    assertThat(limits.stream()).isEqualTo(Duration.ofMinutes(10));
                    assertThat(limits.connections()).isEqualTo(8);
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "silence=0s                            | silence and stream-time must be positive",
                "connections=0                         | connections must be 1 to 1000",
                "upstreams[0].base-url=localhost       | upstreams[0].base-url must be an http or https URL",
                "upstreams[0].base-url=http://u:p@host | not 'http://…@host'",
                "upstreams[0].key-header=a b           | upstreams[0].key-header must be a header's name",
                "upstreams[0].models=a=                | upstreams[0].models must be entries such as",
                "upstreams[0].key-file=/none           | upstreams[0].key-file '/none' cannot be read",
                "prices[0].in=1                        | prices[0].model must be a provider's name",
                "prices[0].in=-1                       | prices[0].in, out, cached and stored are USD"
            })
    void whatMakesNoSenseIsRefusedByItsKey(String setting, String why) {
        boolean price = setting.startsWith("prices[0].in=-");
        worker.withPropertyValues(
                        "millrace.worker.model.upstreams[0].base-url=http://localhost",
                        price ? "millrace.worker.model.prices[0].model=m" : "unused=",
                        "millrace.worker.model." + setting)
                .run(context -> assertThat(context).getFailure().satisfies(failure -> {
                    Throwable root = failure;
                    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                        root = cause instanceof IllegalArgumentException ? cause : root;
                    }
                    assertThat(root).hasMessageContaining(why);
                }));
    }
}
