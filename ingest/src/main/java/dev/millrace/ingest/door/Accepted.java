package dev.millrace.ingest.door;

import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.schemas.topic.BrokerUnavailable;
import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** The one way to say yes: publish, wait for the broker, then 202 with the task's id. Thread-safe. */
public final class Accepted {
    private static final Logger LOG = LoggerFactory.getLogger(Accepted.class);

    private final Requests requests;

    public Accepted(Requests requests) {
        this.requests = requests;
    }

    /** The body of a 202. */
    public record Task(String taskId) {}

    /**
     * Hands the request on and answers 202 once the broker has it.
     *
     * @throws Problem 503 if the broker does not take it in time
     */
    public ResponseEntity<Task> answer(TaskRequest request, HttpServletRequest http, Deadline deadline) {
        try {
            requests.publish(request, IncomingTrace.of(http), deadline);
        } catch (BrokerUnavailable away) {
            LOG.warn("task {} was not taken: {}", request.getTaskId(), away.getMessage());
            throw Problem.later("the broker did not take the task in time; send it again");
        }
        return answer(new TaskId(request.getTaskId()));
    }

    /** The 202 for a request that the broker has. */
    public static ResponseEntity<Task> answer(TaskId id) {
        return ResponseEntity.status(HttpStatus.ACCEPTED)
                .contentType(MediaType.APPLICATION_JSON)
                .body(new Task(id.value()));
    }
}
