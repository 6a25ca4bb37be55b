package dev.millrace.worker.model.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.model.upstream.BackPressure;
import dev.millrace.worker.model.upstream.Backoff;
import dev.millrace.worker.model.upstream.ModelKey;
import dev.millrace.worker.model.upstream.Price;
import dev.millrace.worker.model.upstream.Tokens;
import dev.millrace.worker.model.upstream.Upstream;
import dev.millrace.worker.model.upstream.Upstreams.Route;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Somebody who has got an answer of a model, at one micro-USD a token. */
public final class Spends {
    private static final Price ONE = new Price(BigDecimal.ONE, BigDecimal.ONE, BigDecimal.ONE, BigDecimal.ONE);

    private Spends() {}

    public static void on(Spending spending, Tokens tokens) throws InterruptedException {
        var backoff = new Backoff(
                Duration.ofSeconds(1), Duration.ofSeconds(1), InstantSource.system(), RandomGenerator.getDefault());
        var upstream = new Upstream(
                "any", "http://localhost", Set.of(), ModelKey.Source.NONE, "", Map.of(), new BackPressure(backoff));
        assertThat(spending.admit(new Route(upstream, "m", ONE), Long.MAX_VALUE, Duration.ofSeconds(10)))
                .isInstanceOfSatisfying(Spending.Call.class, call -> call.used(tokens, false));
    }
}
