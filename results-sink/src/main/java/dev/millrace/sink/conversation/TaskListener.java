package dev.millrace.sink.conversation;

import dev.millrace.schemas.avro.TaskState;
import dev.millrace.sink.stream.Decoder;
import dev.millrace.sink.stream.PatientListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Tells about every state that a task reaches. */
final class TaskListener implements PatientListener.Handler {
    private final Decoder<TaskState> decoder;
    private final Conversation conversation;

    TaskListener(Decoder<TaskState> decoder, Conversation conversation) {
        this.decoder = decoder;
        this.conversation = conversation;
    }

    @Override
    public void handle(ConsumerRecord<String, byte[]> record) {
        if (record.value() != null) { // else the task was forgotten, which is nothing to tell
            conversation.tell(decoder.decode(record));
        }
    }
}
