package dev.millrace.e2e;

import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import dev.millrace.schemas.wire.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** Everything that was ever written to the topics, in each partition's order, as any Kafka client could see it. */
final class Wire implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration TASK = Duration.ofSeconds(90);

    private final List<Heard> heard = new CopyOnWriteArrayList<>();
    private final Map<String, Deserializer<? extends SpecificRecord>> readers = new HashMap<>();
    private final KafkaConsumer<String, byte[]> consumer;
    private final Topics topics;
    private final Thread listener;

    Wire(KafkaClients clients, Contracts contracts, Topics topics) {
        this.topics = topics;
        topics.all().forEach(topic -> reader(topic, contracts));
        consumer = new KafkaConsumer<>(clients.consumer(), new StringDeserializer(), new ByteArrayDeserializer());
        consumer.assign(topics.all().stream()
                .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList());
        consumer.seekToBeginning(consumer.assignment());
        listener = Thread.ofVirtual().name("wire").start(this::listen);
    }

    /**
     * One record.
     *
     * @param value null where the bytes are none of the topic's records
     */
    record Heard(
            ConsumerRecord<String, byte[]> record, @Nullable SpecificRecord value) {
        String header(String name) {
            Header header = record.headers().lastHeader(name);
            return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
        }

        boolean isOf(TaskId task) {
            if (value == null) {
                return false;
            }
            var field = value.getSchema().getField("taskId");
            return field != null && task.value().equals(value.get(field.pos()));
        }
    }

    List<Heard> on(Topic<?> topic) {
        return heard.stream()
                .filter(it -> it.record().topic().equals(topic.name()))
                .toList();
    }

    List<Heard> on(Topic<?> topic, TaskId task) {
        return on(topic).stream().filter(it -> it.isOf(task)).toList();
    }

    <V> List<V> values(Topic<V> topic, TaskId task) {
        return on(topic, task).stream().map(it -> topic.type().cast(it.value())).toList();
    }

    List<Phase> phases(TaskId task) {
        return values(topics.tasks(), task).stream().map(TaskState::getPhase).toList();
    }

    /** The task's end; fails the test if it does not come. */
    TaskState awaitDone(TaskId task) {
        return awaitState(task, state -> state.getPhase() == Phase.DONE);
    }

    /** The first state of the task that is like this, whether it is to come or was. */
    TaskState awaitState(TaskId task, Predicate<TaskState> like) {
        return awaitState(task, TASK, like);
    }

    /** The same, for tasks that take longer than those of a script. */
    TaskState awaitState(TaskId task, Duration limit, Predicate<TaskState> like) {
        await("task " + task)
                .atMost(limit)
                .until(() -> values(topics.tasks(), task).stream().anyMatch(like));
        return values(topics.tasks(), task).stream().filter(like).findFirst().orElseThrow();
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            listener.join(GRACE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen() {
        try (consumer) {
            while (true) {
                consumer.poll(POLL).forEach(record -> heard.add(new Heard(record, read(record))));
            }
        } catch (WakeupException closed) {
            // as it should end
        }
    }

    private @Nullable SpecificRecord read(ConsumerRecord<String, byte[]> record) {
        var reader = readers.get(record.topic());
        if (reader == null || record.value() == null) {
            return null;
        }
        try {
            return reader.deserialize(record.topic(), record.headers(), record.value());
        } catch (SerializationException unreadable) {
            return null;
        }
    }

    @SuppressWarnings("unchecked") // the class was asked
    private void reader(Topic<?> topic, Contracts contracts) {
        if (SpecificRecord.class.isAssignableFrom(topic.type())) {
            readers.put(topic.name(), contracts.deserializer((Topic<? extends SpecificRecord>) topic));
        }
    }
}
