package dev.millrace.ingest.api;

import dev.millrace.ingest.door.Accepted;
import dev.millrace.ingest.door.Bodies;
import dev.millrace.ingest.door.Deadline;
import dev.millrace.ingest.door.Door;
import dev.millrace.ingest.door.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.PostMapping;

/** Takes tasks over HTTP. */
@Door
final class TaskApi {
    private static final Logger LOG = LoggerFactory.getLogger(TaskApi.class);

    private final ApiProperties properties;
    private final BearerToken token;
    private final Bodies bodies;
    private final TaskReader reader = new TaskReader();
    private final Accepted accepted;
    private final InstantSource clock;

    TaskApi(ApiProperties properties, BearerToken token, Accepted accepted, InstantSource clock) {
        this.properties = properties;
        this.token = token;
        this.bodies = new Bodies(properties.maxBody(), DataSize.ofMegabytes(64));
        this.accepted = accepted;
        this.clock = clock;
    }

    @PostMapping("/api/tasks")
    ResponseEntity<Accepted.Task> create(HttpServletRequest request) throws IOException {
        var deadline = Deadline.in(properties.answerWithin());
        token.check(request);
        bodies.checkLength(request);
        checkType(request);
        try (var body = bodies.read(request, deadline)) {
            var task = reader.read(body.bytes(), properties.requestedBy(), clock.instant());
            var answer = accepted.answer(task, request, deadline);
            LOG.info(
                    "task {}, asked for by {} on {}#{}",
                    task.getTaskId(),
                    task.getRequestedBy(),
                    task.getRepo(),
                    task.getNumber());
            return answer;
        }
    }

    private static void checkType(HttpServletRequest request) {
        String type = Optional.ofNullable(request.getContentType()).orElse("").toLowerCase(Locale.ROOT);
        if (!type.equals(MediaType.APPLICATION_JSON_VALUE)
                && !type.startsWith(MediaType.APPLICATION_JSON_VALUE + ";")) {
            throw Problem.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "send application/json");
        }
    }
}
