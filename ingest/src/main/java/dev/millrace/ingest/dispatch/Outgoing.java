package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.avro.TaskOutcome;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.wire.EventHeaders;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Sends what was decided to the topics, with the trace of what led to it. */
record Outgoing(ProcessorContext<String, SpecificRecord> context, Headers cause, Instant now) implements Ledger.Outbox {

    @Override
    public void work(WorkItem item) {
        forward(DispatchProcessor.WORK, item.getTaskId(), WorkItem.class, item, item.getTaskId());
    }

    @Override
    public void outcome(TaskOutcome outcome) {
        String repository = RepoId.parse(outcome.getRepo()).key();
        forward(DispatchProcessor.OUTCOMES, repository, TaskOutcome.class, outcome, outcome.getTaskId());
    }

    @Override
    public void state(TaskState state) {
        forward(DispatchProcessor.TASKS, state.getTaskId(), TaskState.class, state, state.getTaskId());
    }

    /** The task's key will be gone from the compacted topic. */
    void forgotten(String task) {
        forward(DispatchProcessor.TASKS, task, TaskState.class, null, task);
    }

    private void forward(String sink, String key, Class<?> type, @Nullable SpecificRecord value, String subject) {
        var headers = new RecordHeaders();
        EventHeaders.of(type, DispatchProcessor.SOURCE, now, subject, EventHeaders.traceOf(cause))
                .writeTo(headers);
        context.forward(new Record<>(key, value, now.toEpochMilli(), headers), sink);
    }
}
