package dev.millrace.sink.stream;

import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.KafkaClients;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;

/** Makes the containers that drive this stage's listeners; records arrive as bytes, so that they can be set aside so. */
public final class Containers {
    private static final Duration POLL = Duration.ofMillis(500);
    /** A sink that died is replaced after this silence; until then its partitions stand still. */
    private static final Duration SESSION = Duration.ofSeconds(10);

    private final KafkaClients clients;
    private final Topics topics;

    public Containers(KafkaClients clients, Topics topics) {
        this.clients = clients;
        this.topics = topics;
    }

    /**
     * How a container reads.
     *
     * @param batch records at most at a time
     * @param between least time between two batches; zero for none
     * @param longest time that one batch may take before the broker gives its partitions to another consumer
     */
    public record Reading(int concurrency, int batch, Duration between, Duration longest) {}

    /** The listener is made with the means to wait that the container has. */
    public ConcurrentMessageListenerContainer<String, byte[]> container(
            Topic<?> topic, String group, Reading reading, Function<PatientListener.Waits, PatientListener> listener) {
        Map<String, Object> settings = new HashMap<>(clients.consumer());
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, reading.batch());
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, Math.toIntExact(SESSION.toMillis()));
        settings.put(
                ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                Math.toIntExact(reading.longest().toMillis()));
        var consumers = new DefaultKafkaConsumerFactory<String, byte[]>(
                settings, new StringDeserializer(), new ByteArrayDeserializer());
        var properties = new ContainerProperties(topic.name());
        properties.setGroupId(topics.group(group));
        properties.setAckMode(ContainerProperties.AckMode.MANUAL);
        // A poll does not notice that a partition may be read again; so none lasts long.
        properties.setPollTimeout(POLL.toMillis());
        properties.setIdleBetweenPolls(reading.between().toMillis());
        var container = new ConcurrentMessageListenerContainer<String, byte[]>(consumers, properties);
        container.setConcurrency(reading.concurrency());
        container.setBeanName(group);
        container.setupMessageListener(listener.apply(waits(container)));
        return container;
    }

    private static PatientListener.Waits waits(ConcurrentMessageListenerContainer<?, ?> container) {
        return new PatientListener.Waits() {
            @Override
            public void pause(TopicPartition partition, Duration time) {
                container.pausePartition(partition);
                // Asked of each consumer: the partition may have moved since, and may move back.
                later(time, () -> container.getContainers().forEach(consumer -> consumer.resumePartition(partition)));
            }

            @Override
            public void later(Duration time, Runnable what) {
                CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(what);
            }
        };
    }
}
