package dev.millrace.worker.model.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.model.upstream.Upstreams.Route;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamsTest {
    private static final Price PRICE =
            new Price(new BigDecimal("3"), new BigDecimal("15"), new BigDecimal("0.3"), new BigDecimal("3.75"));

    private final Upstream chat = upstream("chat", Set.of(Protocol.CHAT), Map.of("gpt", "big", "*", "small"));
    private final Upstream open = upstream("open", Set.of(Protocol.CHAT, Protocol.RESPONSES), Map.of("*", "*"));
    private final Upstream claude = upstream("claude", Set.of(Protocol.MESSAGES), Map.of("sonnet", "*"));
    private final Upstreams upstreams = new Upstreams(List.of(chat, open, claude), Map.of("big", PRICE));

    @ParameterizedTest
    @CsvSource({
        // protocol, asked, the task's own, where, as
        "CHAT, gpt, '', chat, big",
        "CHAT, mini, '', chat, small",
        "RESPONSES, mini, '', open, mini",
        "MESSAGES, sonnet, '', claude, sonnet",
        "CHAT, mini, gpt, chat, big",
        "CHAT, gpt, huge, chat, big",
        "CHAT, mini, huge, chat, huge",
        "RESPONSES, mini, huge, open, huge",
        "MESSAGES, sonnet, huge, claude, sonnet"
    })
    void aModelGoesWhereItIsListedOrWhereAnyIsTaken(
            Protocol protocol, String asked, String wished, String where, String as) {
        Route route = upstreams.route(protocol, asked, wished).orElseThrow();

        assertThat(route.upstream().name()).isEqualTo(where);
        assertThat(route.model()).isEqualTo(as);
    }

    @Test
    void aModelThatNobodyHasGoesNowhere() {
        assertThat(upstreams.route(Protocol.MESSAGES, "gpt", "")).isEmpty();
        assertThat(new Upstreams(List.of(), Map.of()).route(Protocol.CHAT, "gpt", ""))
                .isEqualTo(Optional.empty());
    }

    @Test
    void aStarIsNoName() {
        assertThat(upstreams.route(Protocol.MESSAGES, "*", "")).isEmpty();
        assertThat(upstreams.names()).containsExactly("gpt", "small", "sonnet");
    }

    @Test
    void aPriceIsThatOfTheProvidersName() {
        assertThat(upstreams.route(Protocol.CHAT, "gpt", "").orElseThrow().price())
                .isEqualTo(PRICE);
        assertThat(upstreams.route(Protocol.CHAT, "mini", "").orElseThrow().isPriced())
                .isFalse();
    }

    @Test
    void aPriceKnowsWhatCameFromTheCacheAndWhatWentIntoIt() {
        // 700 × 3 + 200 × 0.3 + 100 × 3.75 + 10 × 15
        assertThat(PRICE.of(new Tokens(1000, 10, 200, 100))).isEqualByComparingTo("2685");
        assertThat(PRICE.atMost(10)).isEqualByComparingTo("150");
    }

    @ParameterizedTest
    @CsvSource({
        "CHAT, https://host/v1, https://host/v1/chat/completions",
        "CHAT, https://host/v1/, https://host/v1/chat/completions",
        "RESPONSES, https://host/v1, https://host/v1/responses",
        "MESSAGES, https://host, https://host/v1/messages",
        "MESSAGES, https://host/anthropic/, https://host/anthropic/v1/messages",
        "MESSAGES, https://host/v1, https://host/v1/messages"
    })
    void anAddressIsMadeOfTheBaseThatProvidersGive(Protocol protocol, String base, URI address) {
        assertThat(protocol.below(base)).isEqualTo(address);
    }

    @Nested
    class Keys {
        @TempDir
        Path directory;

        @Test
        void inAFileAreReadAtEachUse() throws Exception {
            Path file = Files.writeString(directory.resolve("key"), "old\n");
            var source = new ModelKey.InFile(file, "key-file");
            assertThat(source.read().value()).isEqualTo("old");

            Files.writeString(file, "new\n");

            assertThat(source.read().value()).isEqualTo("new");
            assertThat(source.read()).asString().doesNotContain("new");
        }

        @Test
        void goIntoTheHeaderThatTheOperatorNames() {
            var request = HttpRequest.newBuilder(URI.create("http://localhost"));
            var azure = new Upstream(
                    "azure",
                    "http://localhost",
                    Set.of(Protocol.CHAT),
                    new ModelKey.Given(new ModelKey("k")),
                    "api-key",
                    Map.of(),
                    pressure());

            azure.authorise(request, Protocol.CHAT);

            assertThat(request.build().headers().map()).isEqualTo(Map.of("api-key", List.of("k")));
        }
    }

    private static Upstream upstream(String name, Set<Protocol> protocols, Map<String, String> models) {
        return new Upstream(name, "http://localhost/v1", protocols, ModelKey.Source.NONE, "", models, pressure());
    }

    private static BackPressure pressure() {
        return new BackPressure(new Backoff(
                Duration.ofSeconds(1), Duration.ofMinutes(1), InstantSource.system(), RandomGenerator.getDefault()));
    }
}
