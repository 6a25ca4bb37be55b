package dev.millrace.standalone.watch;

import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.Step;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import dev.millrace.schemas.wire.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Everything that is said of tasks and their steps from the moment it is opened on; for one thread at a time. */
public final class TaskWatch implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<String, byte[]> consumer;
    private final Topic<TaskState> tasks;
    private final Topic<Step> transcript;
    private final Deserializer<TaskState> states;
    private final Deserializer<Step> steps;

    public TaskWatch(KafkaClients clients, Contracts contracts, Topics topics) {
        tasks = topics.tasks();
        transcript = topics.transcript();
        states = contracts.deserializer(tasks);
        steps = contracts.deserializer(transcript);
        consumer = new KafkaConsumer<>(clients.consumer(), new StringDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (Topic<?> topic : List.of(tasks, transcript)) {
            consumer.partitionsFor(topic.name())
                    .forEach(partition -> partitions.add(new TopicPartition(partition.topic(), partition.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    /** Hears what is said of a task. */
    public interface Listener {
        void moved(TaskState state);

        void step(Step step);
    }

    /**
     * Tells the listener everything about the task until it is done.
     *
     * @return the last state; empty if the task was not done in time
     */
    public Optional<TaskState> untilDone(TaskId task, Duration limit, Listener listener) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadline) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                if (!task.value().equals(record.key()) || record.value() == null) {
                    continue;
                }
                if (record.topic().equals(transcript.name())) {
                    listener.step(read(steps, record));
                    continue;
                }
                TaskState state = read(states, record);
                listener.moved(state);
                if (state.getPhase() == Phase.DONE) {
                    return Optional.of(state);
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        consumer.close();
    }

    private static <V extends SpecificRecord> V read(Deserializer<V> reader, ConsumerRecord<String, byte[]> record) {
        return reader.deserialize(record.topic(), record.headers(), record.value());
    }
}
