package dev.millrace.worker.queue;

import dev.millrace.schemas.avro.AttemptEvent;
import dev.millrace.schemas.avro.Changeset;
import dev.millrace.schemas.avro.ChangesetPointer;
import dev.millrace.schemas.avro.Claimed;
import dev.millrace.schemas.avro.Finished;
import dev.millrace.schemas.avro.Heartbeat;
import dev.millrace.schemas.avro.Step;
import dev.millrace.schemas.avro.StepKind;
import dev.millrace.schemas.avro.Usage;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.topic.BrokerUnavailable;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Publisher;
import dev.millrace.schemas.wire.TraceParent;
import dev.millrace.worker.agent.StepRecord;
import dev.millrace.worker.agent.Transcript;
import dev.millrace.worker.attempt.Attempt;
import dev.millrace.worker.workspace.Change;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says on the topics what becomes of attempts; thread-safe. */
final class Reporter {
    private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);

    private final Publisher publisher;
    private final Topics topics;
    private final WorkerName worker;
    private final InstantSource clock;
    private final Duration patience;

    /**
     * The reporter of one worker.
     *
     * @param patience how long to wait for an acknowledgement; a little more than the producer tries
     */
    Reporter(Publisher publisher, Topics topics, WorkerName worker, InstantSource clock, Duration patience) {
        this.publisher = publisher;
        this.topics = topics;
        this.worker = worker;
        this.clock = clock;
        this.patience = patience;
    }

    void claimed(WorkItem item, TraceParent trace) {
        await(publish(item, new Claimed(), trace), "the claim of task " + item.getTaskId());
    }

    /**
     * Does not wait: a beat that is lost is made up for by the next.
     *
     * @param usage of models so far
     * @param arrived called once the broker has it
     */
    void beat(WorkItem item, Usage usage, TraceParent trace, Runnable arrived) {
        publish(item, new Heartbeat(usage), trace).thenRun(arrived).exceptionally(failure -> {
            LOG.warn("task {}: a heartbeat was lost", item.getTaskId(), failure);
            return null;
        });
    }

    void finished(WorkItem item, Finished finished, TraceParent trace) {
        await(publish(item, finished, trace), "the result of task " + item.getTaskId());
    }

    /** Steps are told without waiting, in their order. */
    Transcript transcript(WorkItem item, TraceParent trace) {
        var index = new AtomicInteger();
        return step -> publisher
                .publish(
                        topics.transcript(),
                        item.getTaskId(),
                        step(item, index.incrementAndGet(), step),
                        item.getTaskId(),
                        trace)
                .exceptionally(failure -> {
                    LOG.warn("task {}: a step was lost", item.getTaskId(), failure);
                    return null;
                });
    }

    /** Waits for the acknowledgement, since the result tells where the record lies. */
    Attempt.Changesets changesets(WorkItem item, TraceParent trace) {
        return change -> put(item, change, trace);
    }

    private ChangesetPointer put(WorkItem item, Change.Changed change, TraceParent trace) {
        var changeset = new Changeset(
                item.getTaskId(),
                item.getRepo(),
                item.getAttempt(),
                change.baseCommit(),
                change.headCommit(),
                ByteBuffer.wrap(change.pack()));
        RecordMetadata written = await(
                publisher.publish(topics.changesets(), item.getTaskId(), changeset, item.getTaskId(), trace),
                "the changeset of task " + item.getTaskId());
        return new ChangesetPointer(
                written.partition(), written.offset(), sha256(change.pack()), (long) change.pack().length);
    }

    private CompletableFuture<RecordMetadata> publish(WorkItem item, Object event, TraceParent trace) {
        var told = new AttemptEvent(
                item.getTaskId(), item.getRepo(), item.getAttempt(), worker.value(), clock.instant(), event);
        return publisher.publish(topics.attempts(), RepoId.parse(item.getRepo()).key(), told, item.getTaskId(), trace);
    }

    private RecordMetadata await(CompletableFuture<RecordMetadata> sent, String what) {
        try {
            return sent.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new BrokerUnavailable(what + " was not acknowledged", failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailable("stopped while " + what + " was published", stopped);
        }
    }

    private Step step(WorkItem item, int index, StepRecord step) {
        return Step.newBuilder()
                .setTaskId(item.getTaskId())
                .setRepo(item.getRepo())
                .setAttempt(item.getAttempt())
                .setIndex(index)
                .setAt(clock.instant())
                .setKind(
                        switch (step.kind()) {
                            case SETUP -> StepKind.SETUP;
                            case MESSAGE -> StepKind.MESSAGE;
                            case COMMAND -> StepKind.COMMAND;
                            case VERIFY -> StepKind.VERIFY;
                        })
                .setAction(step.action())
                .setObservation(step.observation())
                .setExitCode(step.exitCode())
                .setMicros(step.took().toNanos() / 1_000)
                .build();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
