package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import dev.millrace.schemas.wire.KafkaClients;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Runs the topology, exactly once, from the stage's start to its end. */
final class DispatchStreams implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(DispatchStreams.class);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final int LARGEST_WRITE = 17 << 20;

    /** Started before workers and the door, stopped after them. */
    private static final int PHASE = 100;

    private final KafkaStreams streams;

    DispatchStreams(
            Topics topics,
            Contracts contracts,
            KafkaClients clients,
            DispatchProperties properties,
            Home home,
            Refusals refusals) {
        this.streams = new KafkaStreams(
                DispatchTopology.of(topics, contracts, properties, home, refusals),
                new StreamsConfig(settings(topics, clients, properties)));
        streams.setUncaughtExceptionHandler(failure -> {
            LOG.error("dispatch failed and starts over from what was committed", failure);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        streams.setStateListener((to, _) -> LOG.info("dispatch is {}", to));
    }

    static Map<String, Object> settings(Topics topics, KafkaClients clients, DispatchProperties properties) {
        Map<String, Object> settings = clients.common();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, topics.group("dispatch"));
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        // Asking for a commit after each decision is no faster when little happens, and when much does, it makes a
        // transaction of every record.
        settings.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                properties.commitInterval().toMillis());
        settings.put(
                StreamsConfig.POLL_MS_CONFIG,
                Math.min(100, properties.commitInterval().toMillis()));
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, properties.stateDirectory().toString());
        settings.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, PoisonHandler.class);
        settings.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, PoisonHandler.class);
        settings.put(PoisonHandler.TOPICS, topics);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        // A dispatch that died is replaced after this silence; until then its partitions stand still.
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
        // The broker's topics say what is too large; a smaller limit here would stop dispatch at a large request for
        // ever.
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), LARGEST_WRITE);
        return settings;
    }

    @Override
    public void start() {
        streams.start();
    }

    /** Commits and hands over, within the grace. */
    @Override
    public void stop() {
        streams.close(CloseOptions.timeout(GRACE)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    }

    @Override
    public boolean isRunning() {
        return streams.state().isRunningOrRebalancing();
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /** Whether every partition that fell to this process is worked on. */
    boolean isReady() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    /** Whether nothing is worked on any more, nor will be. */
    boolean hasDied() {
        return streams.state() == KafkaStreams.State.ERROR || streams.state() == KafkaStreams.State.PENDING_ERROR;
    }
}
