package dev.millrace.ingest.door;

import dev.millrace.schemas.topic.BrokerUnavailable;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.wire.Publisher;
import dev.millrace.schemas.wire.TraceParent;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;

/**
 * Publishes on one topic, and returns once the broker has it. Thread-safe.
 *
 * @param <V> type of the topic's records
 */
public final class Acknowledged<V extends SpecificRecord> {
    private final Publisher publisher;
    private final Topic<V> topic;

    public Acknowledged(Publisher publisher, Topic<V> topic) {
        this.publisher = publisher;
        this.topic = topic;
    }

    /**
     * Returns when all in-sync replicas have the record.
     *
     * @param subject what the record is about
     * @param cause the trace that the record goes on with
     * @throws BrokerUnavailable if that did not happen by the deadline; the record may still arrive
     */
    public void publish(String key, V record, String subject, TraceParent cause, Deadline deadline) {
        try {
            // Without metadata the producer itself blocks, and sends nothing when it is interrupted.
            deadline.await(
                    () -> publisher.publish(topic, key, record, subject, cause).get());
        } catch (TimeoutException late) {
            throw new BrokerUnavailable("no acknowledgement from the broker in time", late);
        } catch (RuntimeException failed) {
            throw new BrokerUnavailable(
                    "the broker or the schema registry did not take the request: " + rootOf(failed), failed);
        }
    }

    private static Throwable rootOf(Throwable failed) {
        Throwable cause = failed.getCause();
        return cause == null ? failed : rootOf(cause);
    }
}
