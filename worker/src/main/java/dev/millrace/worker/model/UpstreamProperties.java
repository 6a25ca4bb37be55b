package dev.millrace.worker.model;

import dev.millrace.worker.model.gateway.Budget;
import dev.millrace.worker.model.gateway.GatewayLimits;
import dev.millrace.worker.model.upstream.BackPressure;
import dev.millrace.worker.model.upstream.Backoff;
import dev.millrace.worker.model.upstream.ModelKey;
import dev.millrace.worker.model.upstream.Price;
import dev.millrace.worker.model.upstream.Protocol;
import dev.millrace.worker.model.upstream.Upstream;
import dev.millrace.worker.model.upstream.Upstreams;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The endpoints that agents in sandboxes reach by the gateway, beside the one that {@link ModelProperties} names.
 *
 * @param upstreams endpoints, the earlier going first where two take the same name
 * @param prices of models, by the providers' names
 * @param silence the longest that nothing comes of an answer that is streamed
 * @param streamTime the longest that such an answer may take
 * @param connections at the same time from one sandbox
 * @param budget the most that one attempt may spend
 */
@ConfigurationProperties("millrace.worker.model")
public record UpstreamProperties(
        @DefaultValue List<Endpoint> upstreams,
        @DefaultValue List<ModelPrice> prices,
        @DefaultValue("2m") Duration silence,
        @DefaultValue("15m") Duration streamTime,
        @DefaultValue("32") int connections,
        @DefaultValue Bounds budget) {
    private static final String PREFIX = "millrace.worker.model.";

    /**
     * One endpoint.
     *
     * @param name for people; its address if empty
     * @param baseUrl as its provider gives it to users of the protocol's SDK
     * @param protocols that it speaks
     * @param keyFile file with its key, read at each use; empty for none
     * @param keyHeader that carries the key, where it is not the protocol's own; empty for that
     * @param models {@code agent's name=provider's name}; {@code *} for any
     */
    public record Endpoint(
            @DefaultValue("") String name,
            @DefaultValue("") String baseUrl,
            @DefaultValue("chat") Set<Protocol> protocols,
            @DefaultValue("") String keyFile,
            @DefaultValue("") String keyHeader,
            @DefaultValue("*") List<String> models) {}

    /**
     * What a model costs, in USD for a million tokens.
     *
     * @param model the provider's name
     * @param cached of a prompt's tokens from the provider's cache; as {@code in} if absent
     * @param stored of a prompt's tokens that go into it; as {@code in} if absent
     */
    public record ModelPrice(
            @DefaultValue("") String model,
            @DefaultValue("0") BigDecimal in,
            @DefaultValue("0") BigDecimal out,
            @Nullable BigDecimal cached,
            @Nullable BigDecimal stored) {}

    /** The most of each that an attempt may use; without a bound where absent. */
    public record Bounds(
            @Nullable Long requests,
            @Nullable Long tokens,
            @Nullable BigDecimal usd) {}

    public UpstreamProperties {
        upstreams = List.copyOf(upstreams);
        prices = List.copyOf(prices);
        if (!silence.isPositive() || !streamTime.isPositive()) {
            throw new IllegalArgumentException(
                    "%ssilence and stream-time must be positive, not %s and %s".formatted(PREFIX, silence, streamTime));
        }
        if (connections < 1 || connections > 1000) {
            throw new IllegalArgumentException(
                    "%sconnections must be 1 to 1000, not %d".formatted(PREFIX, connections));
        }
        check(budget);
        for (int i = 0; i < upstreams.size(); i++) {
            check(upstreams.get(i), "%supstreams[%d].".formatted(PREFIX, i));
        }
        var priced = new HashSet<String>();
        for (int i = 0; i < prices.size(); i++) {
            check(prices.get(i), priced, "%sprices[%d].".formatted(PREFIX, i));
        }
    }

    /**
     * All there are: these, and last the one that {@code single} names, if it does.
     *
     * @throws IllegalArgumentException if a key cannot be read or sent
     */
    public Upstreams all(ModelProperties single, InstantSource clock) {
        var all = new ArrayList<Upstream>();
        for (int i = 0; i < upstreams.size(); i++) {
            Endpoint one = upstreams.get(i);
            ModelKey.Source key = one.keyFile().isEmpty()
                    ? ModelKey.Source.NONE
                    : new ModelKey.InFile(Path.of(one.keyFile()), "%supstreams[%d].key-file".formatted(PREFIX, i));
            key.read();
            all.add(new Upstream(
                    one.name().isEmpty() ? one.baseUrl() : one.name(),
                    one.baseUrl(),
                    one.protocols(),
                    key,
                    one.keyHeader(),
                    mapping(one.models()),
                    pressure(single, clock)));
        }
        if (!single.baseUrl().isEmpty()) {
            all.add(new Upstream(
                    "default",
                    single.baseUrl(),
                    EnumSet.of(Protocol.CHAT),
                    single.keySource(),
                    "",
                    Map.of(Upstream.ANY, single.name().isEmpty() ? Upstream.ANY : single.name()),
                    pressure(single, clock)));
        }
        return new Upstreams(all, table());
    }

    /** What every attempt has at most. */
    public Budget attemptBudget() {
        return new Budget(
                budget.requests() == null ? Long.MAX_VALUE : budget.requests(),
                budget.tokens() == null ? Long.MAX_VALUE : budget.tokens(),
                budget.usd() == null
                        ? Long.MAX_VALUE
                        : budget.usd().movePointRight(6).longValue());
    }

    /** The bounds of a gateway's calls. */
    public GatewayLimits limits(ModelProperties common) {
        return new GatewayLimits(
                Math.toIntExact(common.maxBody().toBytes()),
                connections,
                common.timeout(),
                silence,
                streamTime,
                common.retries());
    }

    private Map<String, Price> table() {
        var table = new HashMap<String, Price>();
        for (ModelPrice price : prices) {
            BigDecimal cached = price.cached() == null ? price.in() : price.cached();
            BigDecimal stored = price.stored() == null ? price.in() : price.stored();
            table.put(price.model(), new Price(price.in(), price.out(), cached, stored));
        }
        return table;
    }

    private static BackPressure pressure(ModelProperties common, InstantSource clock) {
        return new BackPressure(
                new Backoff(common.retryDelay(), common.maxRetryDelay(), clock, RandomGenerator.getDefault()));
    }

    private static Map<String, String> mapping(List<String> models) {
        var mapping = new LinkedHashMap<String, String>();
        for (String model : models) {
            String[] names = model.split("=", 2);
            mapping.put(names[0].strip(), names.length == 1 ? names[0].strip() : names[1].strip());
        }
        return mapping;
    }

    private static void check(Endpoint one, String at) {
        if (!ModelProperties.isHttp(one.baseUrl())) {
            throw new IllegalArgumentException(
                    at + "base-url must be an http or https URL without credentials, query or"
                            + " fragment, such as https://api.openai.com/v1, not '"
                            + ModelProperties.withoutUser(one.baseUrl()) + "'");
        }
        if (one.protocols().isEmpty()) {
            throw new IllegalArgumentException(at + "protocols must name what it speaks: chat, responses, messages");
        }
        if (!one.keyHeader().matches("[A-Za-z0-9-]*")) {
            throw new IllegalArgumentException(at + "key-header must be a header's name, such as api-key");
        }
        mapping(one.models()).forEach((name, target) -> {
            if (name.isEmpty() || target.isEmpty()) {
                throw new IllegalArgumentException(
                        at + "models must be entries such as agents-name=providers-name, name or *=name");
            }
        });
    }

    private static void check(Bounds budget) {
        BigDecimal usd = budget.usd();
        boolean usable = (budget.requests() == null || budget.requests() > 0)
                && (budget.tokens() == null || budget.tokens() > 0)
                && (usd == null || (usd.signum() > 0 && usd.compareTo(BigDecimal.valueOf(1_000_000_000)) < 0));
        if (!usable) {
            throw new IllegalArgumentException(PREFIX
                    + "budget.requests, budget.tokens and budget.usd must be above 0 (USD such as 2.50); leave out what is"
                    + " not to be bounded");
        }
    }

    private static void check(ModelPrice price, Set<String> priced, String at) {
        if (price.model().isEmpty() || !priced.add(price.model())) {
            throw new IllegalArgumentException(
                    at + "model must be a provider's name for a model, each once, not '" + price.model() + "'");
        }
        for (BigDecimal usd : new @Nullable BigDecimal[] {price.in(), price.out(), price.cached(), price.stored()}) {
            if (usd != null && usd.signum() < 0) {
                throw new IllegalArgumentException(at + "in, out, cached and stored are USD for a million tokens, and"
                        + " cannot be negative: " + usd);
            }
        }
    }
}
