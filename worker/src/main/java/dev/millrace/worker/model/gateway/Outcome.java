package dev.millrace.worker.model.gateway;

import dev.millrace.worker.model.upstream.Tokens;
import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** What came of forwarding a request, after all tries. */
sealed interface Outcome {

    /**
     * An answer that is there, or the provider's error.
     *
     * @param tokens that it says it used; null for an error
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way, that nobody compares
    record Whole(
            int status,
            HttpHeaders headers,
            byte[] body,
            @Nullable Tokens tokens) implements Outcome, ModelCalls.Answer {}

    /**
     * A stream that has begun well.
     *
     * @param head what came of it already; {@code meter} has seen it
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way, that nobody compares
    record Stream(int status, HttpHeaders headers, byte[] head, Incoming rest, Meter meter) implements Outcome {}

    /**
     * No answer.
     *
     * @param hindrance what the attempt should know of it
     */
    record None(Refusal refusal, Hindrance hindrance) implements Outcome {}
}
