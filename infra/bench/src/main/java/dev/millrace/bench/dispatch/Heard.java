package dev.millrace.bench.dispatch;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** When each of the things that a topic tells of was first heard. Thread-safe. */
final class Heard implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Map<String, Long> at = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final Thread listener;
    private final Runnable wake;

    private <V> Heard(KafkaConsumer<String, V> consumer, Function<V, String> name) {
        this.wake = consumer::wakeup;
        this.listener = Thread.ofPlatform().daemon().name("heard").start(() -> listen(consumer, name));
    }

    /**
     * Listens from now on.
     *
     * @param settings of a consumer
     * @param name of what a record tells of
     */
    static <V> Heard on(String topic, Map<String, Object> settings, Deserializer<V> values, Function<V, String> name) {
        var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), values);
        var partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        return new Heard(consumer, name);
    }

    /**
     * The moment, by {@link System#nanoTime}.
     *
     * @throws TimeoutException if nothing is heard of it
     */
    long await(String name, Duration limit) throws InterruptedException, TimeoutException {
        await(() -> at.containsKey(name), name, limit);
        return Objects.requireNonNull(at.get(name), "it was heard of");
    }

    /** Waits until so many things were heard of. */
    void awaitCount(int count, Duration limit) throws InterruptedException, TimeoutException {
        await(() -> at.size() >= count, count + " records", limit);
    }

    /** What was heard before is forgotten. */
    void clear() {
        at.clear();
    }

    private void await(BooleanSupplier heard, String what, Duration limit)
            throws InterruptedException, TimeoutException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (!heard.getAsBoolean()) {
                if (left <= 0) {
                    throw new TimeoutException("%s: not heard of within %s".formatted(what, limit));
                }
                left = more.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private <V> void listen(KafkaConsumer<String, V> consumer, Function<V, String> name) {
        try (consumer) {
            while (true) {
                var records = consumer.poll(POLL);
                long now = System.nanoTime();
                records.forEach(record -> at.putIfAbsent(name.apply(record.value()), now));
                lock.lock();
                try {
                    more.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        } catch (WakeupException closed) {
            // as it should end
        }
    }

    @Override
    public void close() {
        wake.run();
        try {
            listener.join(GRACE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
