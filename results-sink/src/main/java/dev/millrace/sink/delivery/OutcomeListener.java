package dev.millrace.sink.delivery;

import dev.millrace.gitea.ForgeUnavailable;
import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.TaskOutcome;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.topic.BrokerUnavailable;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.wire.EventHeaders;
import dev.millrace.schemas.wire.Publisher;
import dev.millrace.sink.stream.Decoder;
import dev.millrace.sink.stream.PatientListener;
import dev.millrace.sink.stream.Poison;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers every outcome and says so; done with one only when the broker has its delivery. */
final class OutcomeListener implements PatientListener.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(OutcomeListener.class);

    private final Decoder<TaskOutcome> decoder;
    private final Deliverer deliverer;
    private final Publisher publisher;
    private final Topic<Delivery> deliveries;
    private final InstantSource clock;
    private final Duration limit;

    /**
     * @param limit of the wait for the broker's acknowledgement
     */
    OutcomeListener(
            Decoder<TaskOutcome> decoder,
            Deliverer deliverer,
            Publisher publisher,
            Topic<Delivery> deliveries,
            InstantSource clock,
            Duration limit) {
        this.decoder = decoder;
        this.deliverer = deliverer;
        this.publisher = publisher;
        this.deliveries = deliveries;
        this.clock = clock;
        this.limit = limit;
    }

    @Override
    public void handle(ConsumerRecord<String, byte[]> record) {
        TaskOutcome outcome = decoder.decode(record);
        Delivery delivery = deliverer.deliver(outcome);
        publish(delivery, record);
        LOG.info(
                "task {} of {}: {} {}",
                delivery.getTaskId(),
                delivery.getRepo(),
                delivery.getOutcome(),
                delivery.getPullRequestUrl());
    }

    /** The lane must not wait for ever for a task that this stage stumbles over. */
    @Override
    public void giveUp(ConsumerRecord<String, byte[]> record, RuntimeException why) {
        if (why instanceof Poison) {
            UnreadableOutcome.delivery(record, clock.instant()).ifPresent(delivery -> publish(delivery, record));
            return;
        }
        var outcome = decoder.decode(record);
        String where = "its operator finds the result in dead-letters, from %s-%d@%d%s"
                .formatted(record.topic(), record.partition(), record.offset(), changesOf(outcome));
        String what = why instanceof ForgeUnavailable
                ? "The forge was away for too long; " + where
                : "Millrace stumbled over the result; " + where;
        publish(new Receipt(outcome, clock).as(Outcome.BROKEN, what), record);
    }

    /** With this, the outcome's text and git, it can be delivered by hand. */
    private static String changesOf(TaskOutcome outcome) {
        var pointer = outcome.getChangeset();
        return pointer == null
                ? "."
                : ", and its changes at %d@%d of changesets, on commit %s."
                        .formatted(pointer.getPartition(), pointer.getOffset(), outcome.getBaseCommit());
    }

    private void publish(Delivery delivery, ConsumerRecord<String, byte[]> cause) {
        String key = keyOf(delivery, cause);
        try {
            publisher
                    .publish(deliveries, key, delivery, delivery.getTaskId(), EventHeaders.traceOf(cause.headers()))
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new BrokerUnavailable("delivery of %s was not acknowledged".formatted(delivery.getTaskId()), failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailable("stopped while %s was published".formatted(delivery.getTaskId()), stopped);
        }
    }

    private static String keyOf(Delivery delivery, ConsumerRecord<String, byte[]> cause) {
        try {
            return RepoId.parse(delivery.getRepo()).key();
        } catch (IllegalArgumentException noRepository) {
            return String.valueOf(cause.key());
        }
    }
}
