package dev.millrace.worker.model.gateway;

import dev.millrace.worker.model.upstream.Protocol;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.HttpServerRequestHandler;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** Reads the requests of one sandbox, answers what needs no model, and refuses what is none of ours. Thread-safe. */
final class Requests implements HttpServerRequestHandler {
    /** So many of the largest bodies may be on their way at once. */
    private static final int LARGEST_AT_ONCE = 4;

    private static final Refusal TOO_MUCH = new Refusal(
            Refusal.Kind.BUSY, "too much is being asked at once; send fewer requests at a time", Duration.ofSeconds(1));

    private final Gateways.Shared shared;
    private final CallsOverHttp calls;
    private final Room room;

    Requests(Gateways.Shared shared, CallsOverHttp calls) {
        this.shared = shared;
        this.calls = calls;
        this.room = new Room((long) LARGEST_AT_ONCE * shared.limits().maxBody());
    }

    @Override
    public void handle(ClassicHttpRequest request, ResponseTrigger trigger, HttpContext context)
            throws HttpException, IOException {
        String path = request.getPath();
        int query = path.indexOf('?');
        Endpoint endpoint = Endpoint.of(query < 0 ? path : path.substring(0, query));
        Protocol protocol = endpoint.protocol();
        Refusal objection = objection(endpoint, request, path);
        if (objection != null) {
            refuseUnread(objection, request, protocol, trigger);
            return;
        }
        try (var place = place(request)) {
            if (place == null) {
                refuseUnread(TOO_MUCH, request, protocol, trigger);
                return;
            }
            byte[] body = body(request);
            if (body == null) {
                var tooLarge = new Refusal(
                        Refusal.Kind.TOO_LARGE,
                        "the request is larger than %d bytes"
                                .formatted(shared.limits().maxBody()));
                refuseUnread(tooLarge, request, protocol, trigger);
                return;
            }
            place.shrink(body.length);
            answer(endpoint, request, query < 0 ? "" : path.substring(query), body, trigger);
        }
    }

    private void answer(
            Endpoint endpoint, ClassicHttpRequest request, String query, byte[] body, ResponseTrigger trigger)
            throws HttpException, IOException {
        Protocol protocol = endpoint.protocol();
        switch (endpoint) {
            case Endpoint.Ask _ -> calls.ask(request, query, body, protocol, trigger);
            case Endpoint.CountTokens _ -> say(Catalogue.tokens(body), trigger);
            case Endpoint.Models _ -> say(Catalogue.all(names()), trigger);
            case Endpoint.Model(String name) when names().contains(name) -> say(Catalogue.one(name), trigger);
            case Endpoint.Model(String name) ->
                refuse(
                        new Refusal(Refusal.Kind.NOT_FOUND, "there is no model '%s' here".formatted(name)),
                        protocol,
                        trigger);
            case Endpoint.Unknown _ -> throw new IllegalStateException("refused before");
        }
    }

    private static @Nullable Refusal objection(Endpoint endpoint, ClassicHttpRequest request, String path) {
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

    /** For the largest body that there may be, if it does not say how large it is; null if there is none. */
    private Room.@Nullable Place place(ClassicHttpRequest request) throws IOException {
        HttpEntity entity = request.getEntity();
        int most = shared.limits().maxBody();
        long told = entity == null ? 0 : entity.getContentLength();
        try {
            return room.take(
                    told < 0 || told > most ? most : (int) told, shared.limits().silence());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("the attempt has ended");
        }
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

    /** Refuses and ends the connection, rather than read the rest of a body that may have no end. */
    private static void refuseUnread(
            Refusal refusal, ClassicHttpRequest request, Protocol protocol, ResponseTrigger trigger)
            throws HttpException, IOException {
        if (request.getEntity() != null) {
            request.setEntity(null);
            request.setHeader("connection", "close");
        }
        refuse(refusal, protocol, trigger);
    }

    /** Says a refusal in the shape of a protocol. */
    static void refuse(Refusal refusal, Protocol protocol, ResponseTrigger trigger) throws HttpException, IOException {
        var response = new BasicClassicHttpResponse(refusal.status(protocol));
        if (refusal.isFinal()) {
            // The SDKs of OpenAI and Anthropic heed it.
            response.setHeader("x-should-retry", "false");
        }
        if (refusal.retryAfter().isPositive()) {
            response.setHeader("retry-after", refusal.retryAfter().toSeconds() + 1);
        }
        response.setEntity(new ByteArrayEntity(refusal.body(protocol), ContentType.APPLICATION_JSON));
        trigger.submitResponse(response);
    }

    private static void say(byte[] json, ResponseTrigger trigger) throws HttpException, IOException {
        var response = new BasicClassicHttpResponse(200);
        response.setEntity(new ByteArrayEntity(json, ContentType.APPLICATION_JSON));
        trigger.submitResponse(response);
    }
}
