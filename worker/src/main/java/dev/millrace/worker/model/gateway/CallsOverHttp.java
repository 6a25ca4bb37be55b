package dev.millrace.worker.model.gateway;

import dev.millrace.worker.model.upstream.Protocol;
import java.io.IOException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.HttpServerRequestHandler.ResponseTrigger;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;

/** Asks models what a sandbox asks over HTTP, and passes on what they say. Thread-safe. */
final class CallsOverHttp {
    private final ModelCalls calls;

    CallsOverHttp(ModelCalls calls) {
        this.calls = calls;
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
        if (!asked.outreach().isEmpty()) {
            var refusal = new Refusal(
                    Refusal.Kind.BAD_REQUEST,
                    "%s would have the provider reach out of this sandbox, which has no network; send what it is to see"
                            .formatted(asked.outreach()));
            Requests.refuse(refusal, protocol, trigger);
            return;
        }
        var question = new ModelCalls.Question(protocol, asked, query, onward -> Headers.forward(request, onward));
        try (var _ = calls.enter()) {
            pass(calls.ask(question), protocol, trigger);
        } catch (InterruptedException _) {
            var stopped = calls.stopped();
            if (stopped.isEmpty()) {
                Thread.currentThread().interrupt();
                throw new IOException("the attempt has ended");
            }
            Requests.refuse(stopped.get().refusal(), protocol, trigger);
        }
    }

    private static void pass(ModelCalls.Answer answer, Protocol protocol, ResponseTrigger trigger)
            throws HttpException, IOException {
        switch (answer) {
            case ModelCalls.Refused refused -> Requests.refuse(refused.refusal(), protocol, trigger);
            case Outcome.Whole whole -> {
                var response = new BasicClassicHttpResponse(whole.status());
                Headers.back(whole.headers(), response);
                response.setEntity(new ByteArrayEntity(whole.body(), type(response)));
                trigger.submitResponse(response);
            }
            case ModelCalls.Streamed(Outcome.Stream begun, StreamOnward onward) -> {
                var response = new BasicClassicHttpResponse(begun.status());
                Headers.back(begun.headers(), response);
                response.setHeader("cache-control", "no-cache");
                try (onward) {
                    response.setEntity(onward.entity(type(response)));
                    trigger.submitResponse(response);
                }
            }
        }
    }

    private static ContentType type(ClassicHttpResponse response) {
        Header type = response.getFirstHeader("content-type");
        ContentType parsed = type == null ? null : ContentType.parseLenient(type.getValue());
        return parsed == null ? ContentType.APPLICATION_JSON : parsed;
    }
}
