package dev.millrace.ingest.hearing;

import dev.millrace.schemas.id.TaskId;
import java.util.LinkedHashSet;
import java.util.Set;

/** What was dealt with lately, in this process; the oldest is forgotten first. Thread-safe. */
final class Settled {
    private final int most;
    private final Set<TaskId> ids = new LinkedHashSet<>();

    Settled(int most) {
        this.most = most;
    }

    synchronized void add(TaskId id) {
        if (ids.add(id) && ids.size() > most) {
            ids.remove(ids.iterator().next());
        }
    }

    synchronized boolean has(TaskId id) {
        return ids.contains(id);
    }
}
