package dev.millrace.schemas.topic;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.springframework.util.unit.DataSize;

/**
 * How a topic lies on the broker.
 *
 * @param compacted whether the newest record of a key is kept for ever, rather than all for the retention
 */
public record Layout(int partitions, Duration retention, boolean compacted, DataSize maxRecord) {
    public Layout {
        if (partitions < 1) {
            throw new IllegalArgumentException("a topic needs at least one partition, not " + partitions);
        }
    }

    NewTopic topic(String name, short replicationFactor) {
        Map<String, String> config = new HashMap<>();
        config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(maxRecord.toBytes()));
        if (compacted) {
            config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        } else {
            config.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()));
        }
        return new NewTopic(name, partitions, replicationFactor).configs(config);
    }
}
