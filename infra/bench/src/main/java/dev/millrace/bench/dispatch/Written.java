package dev.millrace.bench.dispatch;

import dev.millrace.bench.fleet.Fleet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** How far each topic had got at a moment, the marks of transactions included. */
record Written(Map<String, Long> byTopic) {
    private static final long LIMIT_SECONDS = 30;

    static Written now(Fleet fleet) throws InterruptedException, ExecutionException, TimeoutException {
        try (var admin = Admin.create(fleet.clients().common())) {
            var names = admin.listTopics(new ListTopicsOptions().listInternal(true))
                    .names()
                    .get(LIMIT_SECONDS, TimeUnit.SECONDS);
            var ends = admin.listOffsets(
                            admin
                                    .describeTopics(names)
                                    .allTopicNames()
                                    .get(LIMIT_SECONDS, TimeUnit.SECONDS)
                                    .values()
                                    .stream()
                                    .flatMap(topic -> topic.partitions().stream()
                                            .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                                    .collect(Collectors.toMap(partition -> partition, _ -> OffsetSpec.latest())))
                    .all()
                    .get(LIMIT_SECONDS, TimeUnit.SECONDS);
            Map<String, Long> byTopic = new HashMap<>();
            ends.forEach((partition, end) -> byTopic.merge(partition.topic(), end.offset(), Long::sum));
            return new Written(byTopic);
        }
    }

    /** What was written to a topic since then. */
    long since(Written before, String topic) {
        return byTopic.getOrDefault(topic, 0L) - before.byTopic.getOrDefault(topic, 0L);
    }

    /** What was written to all topics since then. */
    long since(Written before) {
        return byTopic.keySet().stream()
                .mapToLong(topic -> since(before, topic))
                .sum();
    }
}
