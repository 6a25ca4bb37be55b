package dev.millrace.schemas.topic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the topics that are absent, and leaves those that exist as their operators made them. */
public final class TopicCreator {
    private static final Logger LOG = LoggerFactory.getLogger(TopicCreator.class);
    private static final long LIMIT_SECONDS = 60;

    private final Admin admin;
    private final Topics topics;
    private final short replicationFactor;

    public TopicCreator(Admin admin, Topics topics, short replicationFactor) {
        this.admin = admin;
        this.topics = topics;
        this.replicationFactor = replicationFactor;
    }

    /**
     * Safe to call from several processes at the same time. Also makes the workers' share group start from the earliest
     * record: its default, the latest, would lose what was offered before the first worker joined.
     *
     * @throws BrokerUnavailable if the broker does not answer within a minute or refuses
     */
    public void create() {
        List<NewTopic> wanted = new ArrayList<>();
        topics.all().forEach(topic -> wanted.add(topic.layout().topic(topic.name(), replicationFactor)));
        admin.createTopics(wanted).values().forEach((name, future) -> {
            try {
                future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
                LOG.info("created topic {}", name);
            } catch (ExecutionException failed) {
                if (!(failed.getCause() instanceof TopicExistsException)) {
                    throw new BrokerUnavailable("topic %s could not be created".formatted(name), failed);
                }
            } catch (TimeoutException late) {
                throw new BrokerUnavailable("no answer from the broker about topic %s".formatted(name), late);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new BrokerUnavailable("stopped while topic %s was created".formatted(name), stopped);
            }
        });
        configureShareGroup();
    }

    private void configureShareGroup() {
        var group = new ConfigResource(ConfigResource.Type.GROUP, topics.group(Topics.WORKERS));
        var settings = List.of(
                new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET),
                new AlterConfigOp(
                        new ConfigEntry("share.isolation.level", "read_committed"), AlterConfigOp.OpType.SET));
        try {
            admin.incrementalAlterConfigs(Map.of(group, settings)).all().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException refused) {
            throw new BrokerUnavailable(
                    "share group %s could not be configured; Millrace needs brokers of 4.2 or newer"
                            .formatted(group.name()),
                    refused);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailable("stopped while share group %s was configured".formatted(group.name()), stopped);
        }
    }
}
