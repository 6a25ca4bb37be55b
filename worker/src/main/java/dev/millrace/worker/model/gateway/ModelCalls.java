package dev.millrace.worker.model.gateway;

import dev.millrace.worker.model.upstream.Protocol;
import dev.millrace.worker.model.upstream.Tokens;
import dev.millrace.worker.model.upstream.Upstreams;
import dev.millrace.worker.model.upstream.Upstreams.Route;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
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

    /**
     * What is asked.
     *
     * @param query of the request's address, with its question mark; empty for none
     * @param headers puts those of the request on the one that goes on
     */
    record Question(Protocol protocol, Asked asked, String query, Consumer<HttpRequest.Builder> headers) {}

    /** What came of it. */
    sealed interface Answer permits Outcome.Whole, Streamed, Refused {}

    /** A stream that has begun well. What it used is counted when it is closed. */
    record Streamed(Outcome.Stream begun, StreamOnward onward) implements Answer {}

    /**
     * None.
     *
     * @param hindrance what the attempt should know of it; null for a request that could never be answered
     */
    record Refused(Refusal refusal, @Nullable Hindrance hindrance) implements Answer {}

    /** Why the last request got no answer, if it did not. */
    Optional<Hindrance> hindrance() {
        String stopped = shared.stop().stopped();
        return Optional.ofNullable(stopped == null ? hindrance : new Hindrance.Stopped(stopped));
    }

    /** Lets the calling thread be interrupted when all models are stopped; to be held while it asks. */
    StopSwitch.Guard enter() {
        return shared.stop().enter();
    }

    /** What to say while all models are stopped; empty if they are not. */
    Optional<Refused> stopped() {
        return Optional.ofNullable(shared.stop().stopped())
                .map(why -> new Refused(
                        new Refusal(Refusal.Kind.STOPPED, "All models are stopped: " + why),
                        new Hindrance.Stopped(why)));
    }

    /**
     * Asks, and waits for the answer, or for its beginning if it is a stream.
     *
     * @throws InterruptedException if the calling thread was interrupted, or all models are {@link #stopped()}
     */
    Answer ask(Question question) throws InterruptedException {
        Optional<Route> route =
                shared.upstreams().route(question.protocol(), question.asked().model(), terms.model());
        if (route.isEmpty()) {
            return nowhere(question);
        }
        Optional<Refused> stopped = stopped();
        if (stopped.isPresent()) {
            return stopped.get();
        }
        return switch (terms.spending().admit(route.get(), question.asked().tokensAtMost(), patience())) {
            case Spending.Exhausted(String why) ->
                refused(
                        new Refusal(Refusal.Kind.OVER_BUDGET, "This task may ask no more: " + why),
                        new Hindrance.OverBudget(why));
            case Spending.OutOfTime _ -> refused(Refusal.OUT_OF_TIME, new Hindrance.OutOfTime());
            case Spending.Call call -> forward(question, route.get(), call);
        };
    }

    private Answer nowhere(Question question) {
        String word = question.protocol().word();
        if (question.asked().model().equals(Upstreams.DEFAULT) && terms.model().isEmpty()) {
            return refused(
                    new Refusal(
                            Refusal.Kind.NOT_FOUND,
                            "this worker has no model for those who name none, by the protocol '%s'".formatted(word)),
                    new Hindrance.Unavailable(("No model is configured for this worker by the protocol '%s': set"
                                    + " LLM_BASE_URL (such as https://api.openai.com/v1), LLM_MODEL and, where the"
                                    + " endpoint wants one, LLM_API_KEY; or give millrace.worker.model.upstreams an"
                                    + " endpoint that speaks it, with models=*=NAME")
                            .formatted(word)));
        }
        return new Refused(
                new Refusal(
                        Refusal.Kind.NOT_FOUND,
                        "no upstream of this worker has a model '%s' for the protocol '%s'"
                                .formatted(question.asked().model(), word)),
                null);
    }

    private Answer forward(Question question, Route route, Spending.Call call) throws InterruptedException {
        boolean passedOn = false;
        try {
            var forwarding = new Forwarding(
                    shared.exchange(), route, question.protocol(), shared.limits(), shared.clock(), terms.deadline());
            Asked asked = question.asked();
            Outcome outcome = forwarding.forward(onward(question, route), asked.isStreaming());
            return switch (outcome) {
                case Outcome.None(Refusal refusal, Hindrance why) -> refused(refusal, why);
                case Outcome.Whole whole -> {
                    hindrance = null;
                    count(whole, asked, call);
                    yield whole;
                }
                case Outcome.Stream stream -> {
                    hindrance = null;
                    passedOn = true;
                    yield new Streamed(
                            stream,
                            new StreamOnward(
                                    stream, asked, call, question.protocol(), shared.limits(), shared.clock(), end()));
                }
            };
        } finally {
            if (!passedOn) {
                call.close();
            }
        }
    }

    private Refused refused(Refusal refusal, Hindrance why) {
        hindrance = why;
        return new Refused(refusal, why);
    }

    private static void count(Outcome.Whole whole, Asked asked, Spending.Call call) {
        Tokens tokens = whole.tokens();
        if (tokens != null) {
            boolean told = tokens.total() > 0;
            call.used(told ? tokens : asked.estimate(whole.body().length / 4L), !told);
        }
    }

    private static HttpRequest.Builder onward(Question question, Route route) {
        URI address = route.upstream().address(question.protocol());
        var onward = HttpRequest.newBuilder(URI.create(address + Headers.harmless(question.query())))
                .POST(HttpRequest.BodyPublishers.ofByteArray(question.asked().named(route.model())));
        question.headers().accept(onward);
        return onward.setHeader("content-type", "application/json");
    }

    private Duration patience() {
        return Duration.between(shared.clock().instant(), terms.deadline());
    }

    private Instant end() {
        Instant latest = shared.clock().instant().plus(shared.limits().stream());
        return latest.isBefore(terms.deadline()) ? latest : terms.deadline();
    }
}
