package dev.millrace.ingest.api;

import dev.millrace.ingest.control.Controls;
import dev.millrace.ingest.door.Bodies;
import dev.millrace.ingest.door.Deadline;
import dev.millrace.ingest.door.Door;
import dev.millrace.ingest.door.IncomingTrace;
import dev.millrace.ingest.door.Problem;
import dev.millrace.schemas.avro.Cancel;
import dev.millrace.schemas.avro.ControlRequest;
import dev.millrace.schemas.avro.Pause;
import dev.millrace.schemas.avro.Resume;
import dev.millrace.schemas.avro.Retry;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.schemas.topic.BrokerUnavailable;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Locale;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Cancels, tries again, pauses and resumes, by records on {@code controls}. */
@Door
final class ControlApi {
    private static final Logger LOG = LoggerFactory.getLogger(ControlApi.class);
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,200}");
    private static final int LONGEST_REASON = 1_000;
    private static final String EVERYTHING = "";
    private static final StrictJson<Wanted> JSON = new StrictJson<>(
            Wanted.class, "this", "an object with reason, models and idempotencyKey at most, or no body");

    private final ApiProperties properties;
    private final BearerToken token;
    private final Bodies bodies = new Bodies(DataSize.ofKilobytes(8), DataSize.ofMegabytes(8));
    private final Tasks tasks;
    private final Controls controls;
    private final InstantSource clock;

    ControlApi(ApiProperties properties, BearerToken token, Tasks tasks, Controls controls, InstantSource clock) {
        this.properties = properties;
        this.token = token;
        this.tasks = tasks;
        this.controls = controls;
        this.clock = clock;
    }

    /** The body of a 202. */
    record Accepted(String controlId) {}

    /** The body of a 202 to a retry, with the task that it becomes. */
    record Retried(String controlId, String taskId) {}

    @PostMapping("/api/tasks/{id}/cancel")
    ResponseEntity<Accepted> cancel(@PathVariable String id, HttpServletRequest request) throws IOException {
        var call = new Call(request);
        TaskState task = tasks.known(id);
        if (task.getOutcome() != null) {
            throw Problem.of(
                    HttpStatus.CONFLICT,
                    "task %s has ended already: %s".formatted(task.getTaskId(), task.getOutcome()));
        }
        return accepted(new Accepted(call.publish(task.getRepo(), id + "/cancel", (_, _) -> new Cancel(id, 0L))));
    }

    @PostMapping("/api/tasks/{id}/retry")
    ResponseEntity<Retried> retry(@PathVariable String id, HttpServletRequest request) throws IOException {
        var call = new Call(request);
        TaskState task = tasks.known(id);
        if (task.getOutcome() == null) {
            throw Problem.of(
                    HttpStatus.CONFLICT,
                    "task %s has not ended, it is %s; cancel it first, or wait".formatted(id, task.getPhase()));
        }
        String control = call.publish(task.getRepo(), id + "/retry", (_, _) -> new Retry(id, 0L));
        return accepted(new Retried(control, Controls.retriedAs(control).value()));
    }

    @PostMapping("/api/pauses/everything")
    ResponseEntity<Accepted> pauseEverything(HttpServletRequest request) throws IOException {
        return accepted(new Accepted(new Call(request).publish(EVERYTHING, "pause", Pause::new)));
    }

    @DeleteMapping("/api/pauses/everything")
    ResponseEntity<Accepted> resumeEverything(HttpServletRequest request) throws IOException {
        return accepted(
                new Accepted(new Call(request).publish(EVERYTHING, "resume", (reason, _) -> new Resume(reason))));
    }

    @PostMapping("/api/pauses/{owner}/{name}")
    ResponseEntity<Accepted> pause(@PathVariable String owner, @PathVariable String name, HttpServletRequest request)
            throws IOException {
        return accepted(new Accepted(new Call(request).publish(repo(owner, name), "pause", ControlApi::ofARepository)));
    }

    @DeleteMapping("/api/pauses/{owner}/{name}")
    ResponseEntity<Accepted> resume(@PathVariable String owner, @PathVariable String name, HttpServletRequest request)
            throws IOException {
        return accepted(new Accepted(
                new Call(request).publish(repo(owner, name), "resume", (reason, _) -> new Resume(reason))));
    }

    private static Pause ofARepository(String reason, boolean models) {
        if (models) {
            throw Fields.refused("models", "can be stopped for everything alone; send it to …/pauses/everything");
        }
        return new Pause(reason, false);
    }

    private static String repo(String owner, String name) {
        try {
            return new RepoId(owner, name).toString();
        } catch (IllegalArgumentException nonsense) {
            throw Problem.of(HttpStatus.BAD_REQUEST, nonsense.getMessage() + "; send …/pauses/owner/name");
        }
    }

    private static <T> ResponseEntity<T> accepted(T body) {
        return ResponseEntity.status(HttpStatus.ACCEPTED)
                .contentType(MediaType.APPLICATION_JSON)
                .body(body);
    }

    /** One call, let in and read. */
    private final class Call {
        private final HttpServletRequest request;
        private final Deadline deadline = Deadline.in(properties.answerWithin());
        private final Wanted wanted;

        Call(HttpServletRequest request) throws IOException {
            this.request = request;
            token.check(request);
            try (var body = bodies.read(request, deadline)) {
                byte[] bytes = body.bytes();
                wanted = bytes.length == 0 ? Wanted.NOTHING_MORE : JSON.read(bytes);
            }
        }

        /**
         * Returns once the broker has it.
         *
         * @param what is wanted, told apart from other wishes under the same key
         * @param control from the reason that was given, and whether models are meant
         * @return its id
         */
        String publish(String repo, String what, BiFunction<String, Boolean, SpecificRecord> control) {
            String reason = Fields.text("reason", wanted.reason(), LONGEST_REASON);
            String id = id(repo, what);
            var wish = new ControlRequest(
                    id,
                    repo,
                    properties.requestedBy(),
                    clock.instant(),
                    control.apply(reason, Boolean.TRUE.equals(wanted.models())));
            try {
                controls.publish(wish, IncomingTrace.of(request), deadline);
            } catch (BrokerUnavailable away) {
                LOG.warn("control {} was not taken: {}", id, away.getMessage());
                throw Problem.later("the broker did not take it in time; send it again");
            }
            LOG.info(
                    "control {}: {} {}, asked for by {}",
                    id,
                    what,
                    repo.isEmpty() ? "everything" : repo,
                    wish.getRequestedBy());
            return id;
        }

        private String id(String repo, String what) {
            String key = Fields.word(
                    "idempotencyKey",
                    wanted.idempotencyKey(),
                    KEY,
                    "must be 1 to 200 printable ASCII characters, no blanks");
            return key.isEmpty()
                    ? UUID.randomUUID().toString()
                    : TaskId.derivedFrom("api", repo.toLowerCase(Locale.ROOT), what, key)
                            .value();
        }
    }
}
