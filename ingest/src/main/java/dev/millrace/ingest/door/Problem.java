package dev.millrace.ingest.door;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/** A request that is not served, with what the asker is told; it carries no stack trace, as nothing is broken. */
public final class Problem extends RuntimeException {
    private static final Duration LATER = Duration.ofSeconds(10);

    private final HttpStatus status;
    private final @Nullable Duration retryAfter;

    private Problem(HttpStatus status, String detail, @Nullable Duration retryAfter) {
        super(detail, null, false, false);
        this.status = status;
        this.retryAfter = retryAfter;
    }

    /**
     * A refusal that trying again does not change.
     *
     * @param detail what is wrong and how to put it right, for a person
     */
    public static Problem of(HttpStatus status, String detail) {
        return new Problem(status, detail, null);
    }

    /** 503 with {@code Retry-After}: nothing was accepted, and trying again later may help. */
    public static Problem later(String detail) {
        return new Problem(HttpStatus.SERVICE_UNAVAILABLE, detail, LATER);
    }

    public HttpStatus status() {
        return status;
    }

    /** What is wrong, for a person. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    /** The problem as {@code application/problem+json}, whatever the asker says it accepts. */
    public ResponseEntity<ProblemDetail> answer() {
        var headers = new HttpHeaders();
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (retryAfter != null) {
            headers.set(HttpHeaders.RETRY_AFTER, Long.toString(retryAfter.toSeconds()));
        }
        return new ResponseEntity<>(ProblemDetail.forStatusAndDetail(status, detail()), headers, status);
    }
}
