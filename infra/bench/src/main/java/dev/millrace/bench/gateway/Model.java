package dev.millrace.bench.gateway;

import dev.millrace.scripted.Scenario;
import dev.millrace.scripted.ScriptedModel;
import dev.millrace.scripted.Turn;
import dev.millrace.worker.model.gateway.Budget;
import dev.millrace.worker.model.gateway.Gateway;
import dev.millrace.worker.model.gateway.GatewayLimits;
import dev.millrace.worker.model.gateway.Gateways;
import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.model.gateway.StopSwitch;
import dev.millrace.worker.model.gateway.Terms;
import dev.millrace.worker.model.upstream.BackPressure;
import dev.millrace.worker.model.upstream.Backoff;
import dev.millrace.worker.model.upstream.ModelKey;
import dev.millrace.worker.model.upstream.Price;
import dev.millrace.worker.model.upstream.Protocol;
import dev.millrace.worker.model.upstream.Upstream;
import dev.millrace.worker.model.upstream.Upstreams;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A model that says the same short answer at once, and a gateway before it with a budget, prices and a key. */
final class Model implements AutoCloseable {
    private static final String NAME = "scripted";
    private static final String ANSWER = "I look at the file, and then I mend the line in question. ".repeat(4);
    private static final String ASKED = "A line of the conversation so far, of which there are many. ".repeat(200);

    private final ScriptedModel server =
            new ScriptedModel(Scenario.of(Turn.say(ANSWER).times(0)));
    private final Gateways gateways;
    private final Gateway gateway;

    Model() {
        var clock = InstantSource.system();
        var second = Duration.ofSeconds(1);
        var upstream = new Upstream(
                NAME,
                server.baseUrl(),
                EnumSet.allOf(Protocol.class),
                new ModelKey.Given(new ModelKey("secret")),
                "",
                Map.of(Upstream.ANY, NAME),
                new BackPressure(new Backoff(second, second, clock, RandomGenerator.getDefault())));
        var price = new Price(BigDecimal.ONE, BigDecimal.TEN, BigDecimal.ONE, BigDecimal.ONE);
        var minute = Duration.ofMinutes(1);
        gateways = new Gateways(
                new Upstreams(List.of(upstream), Map.of(NAME, price)),
                new GatewayLimits(8 << 20, 32, minute, minute, minute, 0),
                new StopSwitch(),
                clock);
        var budget = new Budget(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE / 2);
        gateway =
                gateways.open(new Terms("", new Spending(budget), Instant.now().plus(Duration.ofDays(1))));
    }

    Gateway gateway() {
        return gateway;
    }

    /** Where the model itself is. */
    URI address() {
        return URI.create(server.baseUrl() + "/chat/completions");
    }

    /** A request of some size, as in the middle of an agent's work. */
    static String body(boolean stream) {
        return "{\"model\": \"any\", \"stream\": %s, \"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]}"
                .formatted(stream, ASKED);
    }

    @Override
    public void close() {
        gateway.close();
        gateways.close();
        server.close();
    }
}
