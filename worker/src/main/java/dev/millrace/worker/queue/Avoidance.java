package dev.millrace.worker.queue;

import dev.millrace.schemas.avro.WorkItem;

/**
 * How a task that broke comes to another worker where there is one: those that broke it give it back once, and take it
 * only if it comes back to them, since then nobody else was free. Who else lives need not be known for that.
 */
final class Avoidance {
    private Avoidance() {}

    /**
     * Whether the worker leaves the offer to others.
     *
     * @param deliveries how often it was taken by any worker, this time included
     */
    static boolean leaves(WorkItem item, WorkerName worker, int deliveries) {
        return deliveries <= item.getAvoid().size() && item.getAvoid().contains(worker.value());
    }
}
