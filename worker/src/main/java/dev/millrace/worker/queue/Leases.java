package dev.millrace.worker.queue;

import dev.millrace.schemas.avro.TaskState;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The claims of this worker that are not over, and what dispatch says of their tasks; thread-safe. */
final class Leases {
    private final Map<Claim, HeldLease> held = new ConcurrentHashMap<>();

    private record Claim(String task, int attempt) {
        static Claim of(HeldLease lease) {
            return new Claim(lease.item().getTaskId(), lease.item().getAttempt());
        }
    }

    /** False if this worker holds the same attempt already; nothing is changed then. */
    boolean hold(HeldLease lease) {
        return held.putIfAbsent(Claim.of(lease), lease) == null;
    }

    void letGo(HeldLease lease) {
        held.remove(Claim.of(lease), lease);
    }

    void forEach(Consumer<HeldLease> action) {
        held.values().forEach(action);
    }

    /** @param state null where dispatch has forgotten the task */
    void told(String task, @Nullable TaskState state) {
        if (state != null) {
            held.forEach((claim, lease) -> {
                if (claim.task().equals(task)) {
                    lease.told(state);
                }
            });
        }
    }
}
