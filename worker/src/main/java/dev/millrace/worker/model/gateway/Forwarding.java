package dev.millrace.worker.model.gateway;

import dev.millrace.worker.model.upstream.BackPressure;
import dev.millrace.worker.model.upstream.ModelKey;
import dev.millrace.worker.model.upstream.Protocol;
import dev.millrace.worker.model.upstream.ProviderError;
import dev.millrace.worker.model.upstream.Upstream;
import dev.millrace.worker.model.upstream.Upstreams.Route;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends one request until there is an answer or no hope for one. Used once, from one thread. */
final class Forwarding {
    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);
    private static final HttpHeaders NO_HEADERS = HttpHeaders.of(Map.of(), (_, _) -> true);

    private final Exchange exchange;
    private final Route route;
    private final Protocol protocol;
    private final GatewayLimits limits;
    private final InstantSource clock;
    private final Instant deadline;
    private int failures;

    Forwarding(
            Exchange exchange,
            Route route,
            Protocol protocol,
            GatewayLimits limits,
            InstantSource clock,
            Instant deadline) {
        this.exchange = exchange;
        this.route = route;
        this.protocol = protocol;
        this.limits = limits;
        this.clock = clock;
        this.deadline = deadline;
    }

    /**
     * @param request complete but for the key
     * @param streaming whether a stream is asked for
     */
    Outcome forward(HttpRequest.Builder request, boolean streaming) throws InterruptedException {
        while (true) {
            Outcome outcome = tried(request, streaming);
            if (outcome != null) {
                return outcome;
            }
        }
    }

    /** One try, and the wait after it; null if there is to be another. */
    private @Nullable Outcome tried(HttpRequest.Builder request, boolean streaming) throws InterruptedException {
        if (!left().isPositive()) {
            return late();
        }
        return switch (upstream().backPressure().enter(deadline)) {
            case BackPressure.TooLate(Duration after) -> busy(after);
            case BackPressure.Pass pass -> {
                try (pass) {
                    ModelKey key = upstream().authorise(request, protocol);
                    Exchange.Result result = exchange.send(request.build(), key, protocol, streaming, left());
                    yield judge(result, pass);
                } catch (IllegalArgumentException unusable) {
                    yield lasting("cannot be asked: " + unusable.getMessage());
                }
            }
        };
    }

    private @Nullable Outcome judge(Exchange.Result result, BackPressure.Pass pass) throws InterruptedException {
        return switch (result) {
            case Exchange.Answered(Outcome outcome) -> {
                pass.accepted();
                yield outcome;
            }
            case Exchange.OutOfTime _ -> late();
            case Exchange.Broke(String why, boolean unreachable) ->
                again(why, unreachable ? pass.refused(NO_HEADERS) : null, NO_HEADERS, pass);
            case Exchange.Said(ProviderError error, HttpHeaders headers, Outcome.Whole verbatim) ->
                switch (error.kind()) {
                    case BUSY -> {
                        Duration wait = pass.refused(headers);
                        LOG.info(
                                "Upstream {}: HTTP {}; nobody asks for {} ms",
                                upstream().name(),
                                error.status(),
                                wait.toMillis());
                        yield null;
                    }
                    case PASSING ->
                        again(
                                "HTTP " + error.status(),
                                error.status() >= 500 ? pass.refused(headers) : null,
                                headers,
                                pass);
                    case KEY -> {
                        pass.accepted();
                        yield lasting("refuses the key; check it (%s) and the account behind it: %s"
                                .formatted(upstream().key().whereabouts(), error.message()));
                    }
                    case ADDRESS -> {
                        pass.accepted();
                        yield lasting("redirects, which is not followed with a key at hand; correct its base-url: "
                                + error.message());
                    }
                    case TOO_LONG, REQUEST -> {
                        pass.accepted();
                        yield verbatim;
                    }
                };
        };
    }

    /**
     * Null if another try is worth it.
     *
     * @param shared how long nobody will try; null if it is this request's own matter, which then waits by itself
     */
    private @Nullable Outcome again(String why, @Nullable Duration shared, HttpHeaders headers, BackPressure.Pass pass)
            throws InterruptedException {
        failures++;
        if (failures > limits.retries()) {
            return failed("gave no usable answer in %d tries, at last: %s".formatted(failures, why));
        }
        Duration wait = shared == null ? upstream().backPressure().backoff().after(failures, headers) : shared;
        LOG.info(
                "Upstream {}: {}; trying again in {} ms ({} of {})",
                upstream().name(),
                why,
                wait.toMillis(),
                failures,
                limits.retries());
        if (shared == null) {
            pass.close();
            if (wait.compareTo(left()) >= 0) {
                return failed("gave no usable answer in the time that was left, at last: " + why);
            }
            Thread.sleep(wait);
        }
        return null;
    }

    private Upstream upstream() {
        return route.upstream();
    }

    private Duration left() {
        return Duration.between(clock.instant(), deadline);
    }

    private Outcome busy(Duration after) {
        return new Outcome.None(
                new Refusal(
                        Refusal.Kind.BUSY,
                        "The model's endpoint is busy for longer than this task has; try after %d s"
                                .formatted(after.toSeconds()),
                        after),
                new Hindrance.BackPressure(after));
    }

    private static Outcome late() {
        return new Outcome.None(Refusal.OUT_OF_TIME, new Hindrance.OutOfTime());
    }

    private Outcome failed(String what) {
        return new Outcome.None(new Refusal(Refusal.Kind.UPSTREAM, "The model's endpoint " + what), unavailable(what));
    }

    private Outcome lasting(String what) {
        // The sandbox need not know how an operator names files, nor what a provider says about an account.
        return new Outcome.None(
                new Refusal(
                        Refusal.Kind.KEY, "The model's endpoint cannot be used until an operator mends its settings"),
                unavailable(what));
    }

    private Hindrance unavailable(String what) {
        return new Hindrance.Unavailable(
                "Upstream %s (%s) %s".formatted(upstream().name(), upstream().baseUrl(), what));
    }
}
