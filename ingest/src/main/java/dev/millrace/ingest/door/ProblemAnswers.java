package dev.millrace.ingest.door;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Turns what a {@link Door} throws into a short answer; what is unforeseen is logged here and not shown. */
@RestControllerAdvice(annotations = Door.class)
public final class ProblemAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemAnswers.class);

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(Problem problem) {
        return problem.answer();
    }

    /** The sender broke off or sent what is no HTTP; mostly nobody reads this answer. */
    @ExceptionHandler(IOException.class)
    ResponseEntity<ProblemDetail> brokenOff() {
        return Problem.of(HttpStatus.BAD_REQUEST, "the body could not be read to its end")
                .answer();
    }

    /** A fault of ours fails closed: nothing was started, and the sender may come again. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> unforeseen(Exception fault) {
        LOG.error("a request failed in an unforeseen way", fault);
        return Problem.later("something failed here and was logged; nothing was started")
                .answer();
    }
}
