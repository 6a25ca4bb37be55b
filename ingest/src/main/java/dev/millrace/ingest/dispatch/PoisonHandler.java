package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.DeadLetter;
import dev.millrace.schemas.wire.Outage;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What cannot be read or breaks a rule becomes a dead letter, in the same transaction that skips it. Any other failure
 * is ours, a registry that is away included: the thread starts over from what was committed.
 */
public final class PoisonHandler implements DeserializationExceptionHandler, ProcessingExceptionHandler {
    static final String TOPICS = "millrace.topics";

    private static final Logger LOG = LoggerFactory.getLogger(PoisonHandler.class);

    private @Nullable Topics topics;

    @Override
    public void configure(Map<String, ?> configs) {
        topics = (Topics) Objects.requireNonNull(configs.get(TOPICS), TOPICS);
    }

    @Override
    public DeserializationExceptionHandler.Response handleError(
            ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception unreadable) {
        return Outage.isBehind(unreadable)
                ? DeserializationExceptionHandler.Response.fail()
                : DeserializationExceptionHandler.Response.resume(letter(context, unreadable));
    }

    @Override
    public ProcessingExceptionHandler.Response handleError(
            ErrorHandlerContext context, Record<?, ?> record, Exception failure) {
        return failure instanceof InvalidRecord
                ? ProcessingExceptionHandler.Response.resume(letter(context, failure))
                : ProcessingExceptionHandler.Response.fail();
    }

    private List<ProducerRecord<byte[], byte[]>> letter(ErrorHandlerContext context, Exception failure) {
        String reason = DeadLetter.reasonOf(failure);
        LOG.warn("dead letter from {}-{}@{}: {}", context.topic(), context.partition(), context.offset(), reason);
        var letter = new DeadLetter(
                DispatchProcessor.SOURCE,
                reason,
                context.topic(),
                context.partition(),
                context.offset(),
                Clock.systemUTC().instant());
        return List.of(letter.of(
                Objects.requireNonNull(topics).deadLetters(),
                context.sourceRawKey(),
                context.sourceRawValue(),
                context.headers()));
    }
}
