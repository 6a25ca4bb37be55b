package dev.millrace.worker.model.gateway;

import dev.millrace.worker.model.upstream.Protocol;
import dev.millrace.worker.model.upstream.Tokens;
import dev.millrace.worker.model.upstream.Upstreams.Route;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.HttpServerRequestHandler.ResponseTrigger;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.jspecify.annotations.Nullable;

/** The way of a request to a model and back, for one attempt. Thread-safe. */
final class ModelCalls {
    private final Gateways.Shared shared;
    private final Terms terms;
    private volatile @Nullable Hindrance hindrance;

    ModelCalls(Gateways.Shared shared, Terms terms) {
        this.shared = shared;
        this.terms = terms;
    }

    /** Why the last request got no answer, if it did not. */
    Optional<Hindrance> hindrance() {
        String stopped = shared.stop().stopped();
        return Optional.ofNullable(stopped == null ? hindrance : new Hindrance.Stopped(stopped));
    }

    /** @param query of the request's address, with its question mark; empty for none */
    void ask(ClassicHttpRequest request, String query, byte[] body, Protocol protocol, ResponseTrigger trigger)
            throws HttpException, IOException {
        Asked asked;
        try {
            asked = Asked.read(body, protocol);
        } catch (IllegalArgumentException wrong) {
            Requests.refuse(
                    new Refusal(Refusal.Kind.BAD_REQUEST, String.valueOf(wrong.getMessage())), protocol, trigger);
            return;
        }
        Optional<Route> route = shared.upstreams().route(protocol, asked.model(), terms.model());
        if (route.isEmpty()) {
            Requests.refuse(
                    new Refusal(
                            Refusal.Kind.NOT_FOUND,
                            "no upstream of this worker has a model '%s' for the protocol '%s'"
                                    .formatted(asked.model(), protocol.word())),
                    protocol,
                    trigger);
            return;
        }
        try (var _ = shared.stop().enter()) {
            unlessStopped(request, query, asked, route.get(), protocol, trigger);
        } catch (InterruptedException _) {
            if (!refusedAsStopped(protocol, trigger)) {
                Thread.currentThread().interrupt();
                throw new IOException("the attempt has ended");
            }
        }
    }

    private void unlessStopped(
            ClassicHttpRequest request,
            String query,
            Asked asked,
            Route route,
            Protocol protocol,
            ResponseTrigger trigger)
            throws HttpException, IOException, InterruptedException {
        if (refusedAsStopped(protocol, trigger)) {
            return;
        }
        switch (terms.spending().admit(route, asked.tokensAtMost(), patience())) {
            case Spending.Exhausted(String why) -> {
                hindrance = new Hindrance.OverBudget(why);
                Requests.refuse(
                        new Refusal(Refusal.Kind.OVER_BUDGET, "This task may ask no more: " + why), protocol, trigger);
            }
            case Spending.OutOfTime _ ->
                Requests.refuse(new Refusal(Refusal.Kind.BUSY, "the task's time is over"), protocol, trigger);
            case Spending.Call call -> {
                try (call) {
                    var forwarding = new Forwarding(
                            shared.exchange(), route, protocol, shared.limits(), shared.clock(), terms.deadline());
                    Outcome outcome =
                            forwarding.forward(onward(request, query, asked, route, protocol), asked.isStreaming());
                    answer(outcome, asked, call, protocol, trigger);
                }
            }
        }
    }

    private boolean refusedAsStopped(Protocol protocol, ResponseTrigger trigger) throws HttpException, IOException {
        String why = shared.stop().stopped();
        if (why == null) {
            return false;
        }
        Requests.refuse(new Refusal(Refusal.Kind.STOPPED, "All models are stopped: " + why), protocol, trigger);
        return true;
    }

    private static HttpRequest.Builder onward(
            ClassicHttpRequest request, String query, Asked asked, Route route, Protocol protocol) {
        URI address = route.upstream().address(protocol);
        // Only what cannot change where the request goes.
        boolean harmless = query.matches("\\?[A-Za-z0-9=&_.,~-]*");
        var onward = HttpRequest.newBuilder(harmless ? URI.create(address + query) : address)
                .POST(HttpRequest.BodyPublishers.ofByteArray(asked.named(route.model())));
        Headers.forward(request, onward);
        return onward.setHeader("content-type", "application/json");
    }

    private void answer(Outcome outcome, Asked asked, Spending.Call call, Protocol protocol, ResponseTrigger trigger)
            throws HttpException, IOException {
        switch (outcome) {
            case Outcome.None(Refusal refusal, Hindrance why) -> {
                hindrance = why;
                Requests.refuse(refusal, protocol, trigger);
            }
            case Outcome.Whole whole -> {
                hindrance = null;
                Tokens tokens = whole.tokens();
                if (tokens != null) {
                    boolean told = tokens.total() > 0;
                    call.used(told ? tokens : asked.estimate(whole.body().length / 4L), !told);
                }
                var response = new BasicClassicHttpResponse(whole.status());
                Headers.back(whole.headers(), response);
                response.setEntity(new ByteArrayEntity(whole.body(), type(response)));
                trigger.submitResponse(response);
            }
            case Outcome.Stream stream -> {
                hindrance = null;
                var response = new BasicClassicHttpResponse(stream.status());
                Headers.back(stream.headers(), response);
                response.setHeader("cache-control", "no-cache");
                try (var onward =
                        new StreamOnward(stream, asked, call, protocol, shared.limits(), shared.clock(), end())) {
                    response.setEntity(onward.entity(type(response)));
                    trigger.submitResponse(response);
                }
            }
        }
    }

    private Duration patience() {
        return Duration.between(shared.clock().instant(), terms.deadline());
    }

    private Instant end() {
        Instant latest = shared.clock().instant().plus(shared.limits().stream());
        return latest.isBefore(terms.deadline()) ? latest : terms.deadline();
    }

    private static ContentType type(ClassicHttpResponse response) {
        Header type = response.getFirstHeader("content-type");
        ContentType parsed = type == null ? null : ContentType.parseLenient(type.getValue());
        return parsed == null ? ContentType.APPLICATION_JSON : parsed;
    }
}
