package dev.millrace.ingest.view;

import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.schemas.wire.Follower;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest state of every task that dispatch remembers, without what is long in the requests: instructions and
 * scripts. A moment behind dispatch. Thread-safe.
 */
public final class TaskView implements Follower.Listener<TaskState> {
    private static final Comparator<TaskState> NEWEST_FIRST =
            Comparator.comparing(Place::of, Comparator.reverseOrder());

    private final Map<String, TaskState> newest = new ConcurrentHashMap<>();
    private volatile boolean complete;

    /**
     * Which tasks are asked for.
     *
     * @param repo null for all
     * @param phases empty for all
     * @param after only those after this place; null for the first ones
     * @param limit of their number
     */
    public record Query(
            @Nullable RepoId repo,
            Set<Phase> phases,
            @Nullable Place after,
            int limit) {
        public Query {
            phases = Set.copyOf(phases);
        }

        boolean takes(TaskState state) {
            return (repo == null || RepoId.parse(state.getRepo()).key().equals(repo.key()))
                    && (phases.isEmpty() || phases.contains(state.getPhase()))
                    && (after == null || Place.of(state).compareTo(after) < 0);
        }
    }

    /** Where a task stands among all, by when it was asked for; later ones are greater. */
    public record Place(Instant queuedAt, String task) implements Comparable<Place> {
        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::queuedAt).thenComparing(Place::task);

        public static Place of(TaskState state) {
            return new Place(state.getQueuedAt(), state.getTaskId());
        }

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    /** Whether all is there that was told before this process began; until then, what is not there may still come. */
    public boolean isComplete() {
        return complete;
    }

    public Optional<TaskState> task(TaskId task) {
        return Optional.ofNullable(newest.get(task.value()));
    }

    /** The newest first. */
    public List<TaskState> tasks(Query query) {
        return newest.values().stream()
                .filter(query::takes)
                .sorted(NEWEST_FIRST)
                .limit(query.limit())
                .toList();
    }

    @Override
    public void heard(String key, @Nullable TaskState state) {
        if (state == null) {
            newest.remove(key);
        } else {
            newest.put(key, slim(state));
        }
    }

    @Override
    public void caughtUp() {
        complete = true;
    }

    private static TaskState slim(TaskState state) {
        var task = TaskRequest.newBuilder(state.getTask())
                .setInstruction("")
                .setScript(List.of())
                .build();
        return TaskState.newBuilder(state).setTask(task).build();
    }
}
