package dev.millrace.worker.model.gateway;

import dev.millrace.worker.model.upstream.Protocol;
import dev.millrace.worker.model.upstream.Upstreams;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;

/** Opens gateways; holds what all of a worker's attempts share. Thread-safe. */
public final class Gateways implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final Shared shared;
    private final HttpClient http;

    /** What every gateway needs. */
    record Shared(Upstreams upstreams, GatewayLimits limits, StopSwitch stop, Exchange exchange, InstantSource clock) {}

    public Gateways(Upstreams upstreams, GatewayLimits limits, StopSwitch stop, InstantSource clock) {
        // HTTP/1.1, since some model servers stumble over the upgrade to HTTP/2 on plain connections.
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .build();
        shared = new Shared(upstreams, limits, stop, new Exchange(http, limits), clock);
    }

    /** A gateway for one attempt; close it with the attempt. */
    public Gateway open(Terms terms) {
        return new Gateway(shared, terms);
    }

    /** Whether there is a model for agents that speak this protocol and are told of none. */
    public boolean hasDefault(Protocol protocol) {
        return shared.upstreams().route(protocol, Upstreams.DEFAULT, "").isPresent();
    }

    /** The same for an attempt whose agent is in this worker. */
    public Chat chat(Terms terms) {
        return new Chat(shared, terms);
    }

    /** Gives up requests under way. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
