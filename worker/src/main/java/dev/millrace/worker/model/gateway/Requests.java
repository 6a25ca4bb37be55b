package dev.millrace.worker.model.gateway;

import dev.millrace.worker.model.upstream.Protocol;
import dev.millrace.worker.model.upstream.Upstreams;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.List;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.HttpServerRequestHandler;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** Answers the requests of one sandbox. Thread-safe. */
final class Requests implements HttpServerRequestHandler {
    private final Gateways.Shared shared;
    private final Terms terms;
    private final Spending spending;
    private volatile @Nullable Hindrance hindrance;

    Requests(Gateways.Shared shared, Terms terms, Spending spending) {
        this.shared = shared;
        this.terms = terms;
        this.spending = spending;
    }

    /** Why the last request got no answer; null if it got one. */
    @Nullable
    Hindrance hindrance() {
        return hindrance;
    }

    @Override
    public void handle(ClassicHttpRequest request, ResponseTrigger trigger, HttpContext context)
            throws HttpException, IOException {
        String path = request.getPath();
        int query = path.indexOf('?');
        Endpoint endpoint = Endpoint.of(query < 0 ? path : path.substring(0, query));
        Protocol protocol = endpoint.protocol();
        Refusal no = objection(endpoint, request, path);
        byte[] body = no == null ? body(request) : new byte[0];
        if (no == null && body == null) {
            no = new Refusal(
                    Refusal.Kind.TOO_LARGE,
                    "the request is larger than %d bytes"
                            .formatted(shared.limits().maxBody()));
        }
        if (no != null || body == null) {
            refuse(no, protocol, trigger);
            return;
        }
        switch (endpoint) {
            case Endpoint.Ask _ -> ask(request, query < 0 ? "" : path.substring(query), body, protocol, trigger);
            case Endpoint.CountTokens _ -> say(200, Catalogue.tokens(body), trigger);
            case Endpoint.Models _ -> say(200, Catalogue.all(names()), trigger);
            case Endpoint.Model(String name) when names().contains(name) -> say(200, Catalogue.one(name), trigger);
            case Endpoint.Model(String name) ->
                refuse(
                        new Refusal(Refusal.Kind.NOT_FOUND, "there is no model '%s' here".formatted(name)),
                        protocol,
                        trigger);
            case Endpoint.Unknown _ -> throw new IllegalStateException("refused before");
        }
    }

    private @Nullable Refusal objection(Endpoint endpoint, ClassicHttpRequest request, String path) {
        if (endpoint instanceof Endpoint.Unknown) {
            return new Refusal(
                    Refusal.Kind.NOT_FOUND,
                    "%s is not served here; /v1/chat/completions, /v1/responses, /v1/messages and /v1/models are"
                            .formatted(path.length() > 200 ? path.substring(0, 200) + "…" : path));
        }
        if (!request.getMethod().equals(endpoint.method())) {
            return new Refusal(Refusal.Kind.METHOD, "this is asked by %s only".formatted(endpoint.method()));
        }
        Header encoding = request.getFirstHeader("content-encoding");
        if (encoding != null && !encoding.getValue().equalsIgnoreCase("identity")) {
            return new Refusal(Refusal.Kind.ENCODING, "the request's body must not be packed");
        }
        return null;
    }

    /** Null if it is too large. */
    private byte @Nullable [] body(ClassicHttpRequest request) throws IOException {
        HttpEntity entity = request.getEntity();
        if (entity == null) {
            return new byte[0];
        }
        int most = shared.limits().maxBody();
        if (entity.getContentLength() > most) {
            return null;
        }
        byte[] body = entity.getContent().readNBytes(most + 1);
        return body.length > most ? null : body;
    }

    private List<String> names() {
        return shared.upstreams().names();
    }

    private void ask(ClassicHttpRequest request, String query, byte[] body, Protocol protocol, ResponseTrigger trigger)
            throws HttpException, IOException {
        Asked asked;
        try {
            asked = Asked.read(body, protocol);
        } catch (IllegalArgumentException wrong) {
            refuse(new Refusal(Refusal.Kind.BAD_REQUEST, String.valueOf(wrong.getMessage())), protocol, trigger);
            return;
        }
        var route = shared.upstreams().route(protocol, asked.model(), terms.model());
        if (route.isEmpty()) {
            refuse(
                    new Refusal(
                            Refusal.Kind.NOT_FOUND,
                            "no upstream of this worker has a model '%s' for the protocol '%s'"
                                    .formatted(asked.model(), protocol.word())),
                    protocol,
                    trigger);
            return;
        }
        try (var _ = shared.stop().enter()) {
            admitted(request, query, asked, route.get(), protocol, trigger);
        } catch (InterruptedException _) {
            String stopped = shared.stop().stopped();
            if (stopped == null) {
                Thread.currentThread().interrupt();
                throw new IOException("the attempt has ended");
            }
            none(stopped(stopped), protocol, trigger);
        }
    }

    private void admitted(
            ClassicHttpRequest request,
            String query,
            Asked asked,
            Upstreams.Route route,
            Protocol protocol,
            ResponseTrigger trigger)
            throws HttpException, IOException, InterruptedException {
        String stopped = shared.stop().stopped();
        if (stopped != null) {
            none(stopped(stopped), protocol, trigger);
            return;
        }
        switch (spending.admit(route, asked.tokensAtMost(), terms.deadline())) {
            case Spending.Exhausted(String why) ->
                none(
                        new Outcome.None(
                                new Refusal(Refusal.Kind.OVER_BUDGET, "This task may ask no more: " + why),
                                new Hindrance.OverBudget(why)),
                        protocol,
                        trigger);
            case Spending.OutOfTime _ ->
                none(
                        new Outcome.None(new Refusal(Refusal.Kind.BUSY, "the task's time is over"), hindrance),
                        protocol,
                        trigger);
            case Spending.Call call -> {
                try (call) {
                    HttpRequest.Builder onward = onward(request, query, asked, route, protocol);
                    var forwarding = new Forwarding(
                            shared.exchange(), route, protocol, shared.limits(), shared.clock(), terms.deadline());
                    answer(forwarding.forward(onward, asked.isStreaming()), asked, call, protocol, trigger);
                }
            }
        }
    }

    private static HttpRequest.Builder onward(
            ClassicHttpRequest request, String query, Asked asked, Upstreams.Route route, Protocol protocol) {
        URI address = route.upstream().address(protocol);
        // Only what cannot change where the request goes.
        boolean harmless = query.matches("\\?[A-Za-z0-9=&_.,%+~-]*");
        var onward = HttpRequest.newBuilder(harmless ? URI.create(address + query) : address)
                .POST(HttpRequest.BodyPublishers.ofByteArray(asked.named(route.model())));
        Headers.forward(request, onward);
        return onward.setHeader("content-type", "application/json");
    }

    private void answer(Outcome outcome, Asked asked, Spending.Call call, Protocol protocol, ResponseTrigger trigger)
            throws HttpException, IOException, InterruptedException {
        switch (outcome) {
            case Outcome.None none -> none(none, protocol, trigger);
            case Outcome.Whole whole -> {
                hindrance = null;
                if (whole.tokens() != null) {
                    boolean told = whole.tokens().total() > 0;
                    call.used(told ? whole.tokens() : asked.estimate(whole.body().length / 4L), !told);
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
                try (var onward =
                        new StreamOnward(stream, asked, call, protocol, shared.limits(), shared.clock(), end())) {
                    response.setHeader("cache-control", "no-cache");
                    response.setEntity(onward.entity(type(response)));
                    trigger.submitResponse(response);
                }
            }
        }
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

    private static Outcome.None stopped(String why) {
        return new Outcome.None(
                new Refusal(Refusal.Kind.STOPPED, "All models are stopped: " + why), new Hindrance.Stopped(why));
    }

    private void none(Outcome.None none, Protocol protocol, ResponseTrigger trigger) throws HttpException, IOException {
        hindrance = none.hindrance();
        refuse(none.refusal(), protocol, trigger);
    }

    private static void refuse(@Nullable Refusal refusal, Protocol protocol, ResponseTrigger trigger)
            throws HttpException, IOException {
        var no = refusal == null ? new Refusal(Refusal.Kind.BAD_REQUEST, "this cannot be asked") : refusal;
        var response = new BasicClassicHttpResponse(no.status(protocol));
        if (no.isFinal()) {
            // The SDKs of OpenAI and Anthropic heed it.
            response.setHeader("x-should-retry", "false");
        }
        if (no.retryAfter().isPositive()) {
            response.setHeader("retry-after", no.retryAfter().toSeconds() + 1);
        }
        response.setEntity(new ByteArrayEntity(no.body(protocol), ContentType.APPLICATION_JSON));
        trigger.submitResponse(response);
    }

    private static void say(int status, byte[] json, ResponseTrigger trigger) throws HttpException, IOException {
        var response = new BasicClassicHttpResponse(status);
        response.setEntity(new ByteArrayEntity(json, ContentType.APPLICATION_JSON));
        trigger.submitResponse(response);
    }
}
