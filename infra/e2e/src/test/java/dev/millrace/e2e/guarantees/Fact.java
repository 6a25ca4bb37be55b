package dev.millrace.e2e.guarantees;

import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Phase;
import java.time.Instant;

/** Something that happened, and when. All clocks are this machine's. */
sealed interface Fact {
    Instant at();

    /** A task was asked for, for the first time. */
    record Asked(Instant at, String task, String lane, String repository) implements Fact {}

    /**
     * Dispatch says where a task stands.
     *
     * @param attempt the last that was offered; 0 for none
     * @param worker that holds its lease; empty for none
     * @param waitingFor why it waits
     */
    record Stands(Instant at, String task, Phase phase, int attempt, String worker, String waitingFor) implements Fact {
        /** Whether the task takes up one of its repository's places. */
        boolean isActive() {
            return phase == Phase.OFFERED || phase == Phase.RUNNING;
        }

        boolean isHeldBy(int someAttempt, String someWorker) {
            return phase == Phase.RUNNING && attempt == someAttempt && worker.equals(someWorker);
        }
    }

    /** Dispatch published an outcome. */
    record Ended(Instant at, String task, int attempt, String worker, Outcome outcome) implements Fact {
        /** Whether an attempt gave it, and not dispatch. */
        boolean isReported() {
            return switch (outcome) {
                case SOLVED, NO_CHANGE, UNSOLVED, OVER_BUDGET, REFUSED -> true;
                case BROKEN, CANCELLED, TIMED_OUT -> false;
            };
        }
    }

    /** The sink said that it is done with the task. */
    record Delivered(Instant at, String task) implements Fact {}

    /** A worker let the agent loose in a sandbox: it believes that it holds the lease. */
    record Holds(Instant at, String task, int attempt, String worker) implements Fact {}

    /** The sandbox was removed by its worker. */
    record Left(Instant at, String task, int attempt, String worker) implements Fact {}

    /** A worker's process was killed, with all its sandboxes. */
    record Died(Instant at, String worker) implements Fact {}

    /** A worker's process was stopped, and does not know it. */
    record Froze(Instant at, String worker) implements Fact {}

    /** It goes on. */
    record Thawed(Instant at, String worker) implements Fact {}

    /** The broker was killed; nobody hears of anything. */
    record BrokerDied(Instant at) implements Fact {}

    /** The broker answers again. */
    record BrokerBack(Instant at) implements Fact {}

    /** A dispatch process was killed. */
    record DispatchDied(Instant at) implements Fact {}
}
