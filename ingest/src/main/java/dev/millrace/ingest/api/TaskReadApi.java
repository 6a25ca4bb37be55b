package dev.millrace.ingest.api;

import dev.millrace.ingest.door.Door;
import dev.millrace.ingest.door.Problem;
import dev.millrace.ingest.view.TaskView;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.RepoId;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** Tells where tasks are. */
@Door
final class TaskReadApi {
    private static final int MOST = 500;
    private static final Set<Phase> PHASES = EnumSet.complementOf(EnumSet.of(Phase.UNKNOWN));

    private final BearerToken token;
    private final Tasks tasks;

    TaskReadApi(BearerToken token, Tasks tasks) {
        this.token = token;
        this.tasks = tasks;
    }

    /**
     * Some tasks.
     *
     * @param next for the parameter {@code after}; null where there are no more
     */
    record Page(List<ShownTask> tasks, @Nullable String next) {}

    @GetMapping("/api/tasks/{id}")
    ResponseEntity<ShownTask> one(@PathVariable String id, HttpServletRequest request) {
        token.check(request);
        return json(ShownTask.whole(tasks.known(id)));
    }

    @GetMapping("/api/tasks")
    ResponseEntity<Page> some(
            @RequestParam(required = false) @Nullable String repo,
            @RequestParam(defaultValue = "") List<String> state,
            @RequestParam(defaultValue = "50") String limit,
            @RequestParam(required = false) @Nullable String after,
            HttpServletRequest request) {
        token.check(request);
        int most = limit(limit);
        // One more than asked for tells whether there are more.
        List<TaskState> found = tasks.view()
                .tasks(new TaskView.Query(
                        repo == null ? null : repo(repo),
                        phases(state),
                        after == null ? null : place(after),
                        most + 1));
        List<TaskState> page = found.stream().limit(most).toList();
        return json(new Page(
                page.stream().map(ShownTask::inShort).toList(),
                found.size() > most ? told(TaskView.Place.of(page.getLast())) : null));
    }

    private static <T> ResponseEntity<T> json(T body) {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(body);
    }

    private static RepoId repo(String name) {
        try {
            return RepoId.parse(name);
        } catch (IllegalArgumentException nonsense) {
            throw Fields.refused("repo", nonsense.getMessage() + "; send owner/name");
        }
    }

    private static Set<Phase> phases(List<String> names) {
        Set<Phase> phases = EnumSet.noneOf(Phase.class);
        for (String name : names) {
            phases.add(PHASES.stream()
                    .filter(phase -> phase.name().equals(name.toUpperCase(Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(() -> Fields.refused(
                            "state",
                            PHASES.stream()
                                    .map(phase -> phase.name().toLowerCase(Locale.ROOT))
                                    .collect(Collectors.joining(", ", "must be one of ", "")))));
        }
        return phases;
    }

    private static int limit(String text) {
        if (text.matches("[0-9]{1,3}")) {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MOST) {
                return limit;
            }
        }
        throw Fields.refused("limit", "must be 1 to %d".formatted(MOST));
    }

    private static String told(TaskView.Place place) {
        return "%s~%s".formatted(place.queuedAt(), place.task());
    }

    private static TaskView.Place place(String told) {
        int between = told.indexOf('~');
        if (between >= 0) {
            try {
                return new TaskView.Place(Instant.parse(told.substring(0, between)), told.substring(between + 1));
            } catch (DateTimeException nonsense) {
                throw Problem.of(HttpStatus.BAD_REQUEST, "after: send the 'next' of the page before");
            }
        }
        throw Problem.of(HttpStatus.BAD_REQUEST, "after: send the 'next' of the page before");
    }
}
