package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.avro.AttemptEvent;
import dev.millrace.schemas.avro.Claimed;
import dev.millrace.schemas.avro.Finished;
import dev.millrace.schemas.avro.Heartbeat;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Usage;
import dev.millrace.schemas.id.AttemptNumber;
import dev.millrace.schemas.id.TaskId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What workers report, as decisions mind it. */
final class Reports {
    private static final int LONGEST_WAIT = (int) Duration.ofDays(1).toSeconds();

    private Reports() {}

    static Event event(TaskId task, AttemptEvent report) {
        AttemptNumber attempt = Checked.of(() -> new AttemptNumber(report.getAttempt()));
        String worker = Checked.name("worker", report.getWorker());
        return switch (report.getEvent()) {
            case Claimed _ -> new Event.Claimed(task, attempt, worker);
            case Heartbeat beat -> new Event.Beat(task, attempt, worker, cost(beat.getUsage()));
            case Finished finished ->
                new Event.Finished(task, attempt, worker, result(finished), cost(finished.getUsage()));
            case null, default -> throw new InvalidRecord("no such event of an attempt");
        };
    }

    private static Event.Result result(Finished finished) {
        if (finished.getOutcome() != Outcome.BROKEN) {
            return new Event.Result.Ended();
        }
        Integer wait = finished.getTryAfterSeconds();
        String reason = Said.of(finished.getReason());
        return wait == null
                ? new Event.Result.Broken(reason)
                : new Event.Result.PutOff(
                        Duration.ofSeconds(Checked.within("tryAfterSeconds", wait, LONGEST_WAIT)), reason);
    }

    private static long cost(@Nullable Usage usage) {
        return usage == null ? 0 : Math.max(0, usage.getCostMicros());
    }
}
