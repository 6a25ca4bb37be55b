package dev.millrace.standalone.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.topic.BrokerUnavailable;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.TopicCreator;
import dev.millrace.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every test has topics of its own, by their prefix. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopicCreatorIT {
    private static final short BROKERS_DEFAULT = -1;

    private final EmbeddedBroker broker;
    private final Admin admin;

    TopicCreatorIT(@TempDir Path directory) {
        broker = EmbeddedBroker.start(directory, FreePorts.forBroker());
        admin = Admin.create(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()));
    }

    @BeforeAll
    void awaitBroker() {
        broker.awaitReady(Duration.ofSeconds(60));
    }

    @AfterAll
    void stop() {
        admin.close();
        broker.close();
    }

    @Test
    void everyTopicIsLaidOutAsItSays() throws Exception {
        var topics = new Topics("laid-out.", 3);
        create(topics);
        for (Topic<?> topic : topics.all()) {
            var layout = topic.layout();
            Map<String, String> config = config(ConfigResource.Type.TOPIC, topic.name());
            assertThat(partitions(topic)).as(topic.name()).isEqualTo(layout.partitions());
            assertThat(config)
                    .as(topic.name())
                    .containsEntry("cleanup.policy", layout.compacted() ? "compact" : "delete")
                    .containsEntry(
                            "max.message.bytes",
                            Long.toString(layout.maxRecord().toBytes()));
            if (!layout.compacted()) {
                assertThat(config)
                        .as(topic.name())
                        .containsEntry(
                                "retention.ms", Long.toString(layout.retention().toMillis()));
            }
        }
    }

    /** The controller has taken a setting before the broker has heard of it. */
    private static void heard(ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(assertion);
    }

    /** By its default a share group would lose what was offered before the first worker joined. */
    @Test
    void theWorkersStartFromTheFirstRecordAndSeeOnlyWhatWasCommitted() throws Exception {
        var topics = new Topics("group.", 1);
        create(topics);
        heard(() -> assertThat(config(ConfigResource.Type.GROUP, "group.workers"))
                .containsEntry("share.auto.offset.reset", "earliest")
                .containsEntry("share.isolation.level", "read_committed"));
    }

    @Test
    void theSecondTimeChangesNothing() throws Exception {
        var topics = new Topics("twice.", 2);
        create(topics);
        var before = everything(topics);
        create(topics);
        assertThat(everything(topics)).isEqualTo(before);
    }

    @Test
    void whatAnOperatorMadeIsLeftAsItIs() throws Exception {
        create(new Topics("own.", 2));
        var requests = new ConfigResource(ConfigResource.Type.TOPIC, "own.requests");
        admin.incrementalAlterConfigs(Map.of(
                        requests,
                        List.of(new AlterConfigOp(
                                new ConfigEntry("retention.ms", "86400000"), AlterConfigOp.OpType.SET))))
                .all()
                .get(30, TimeUnit.SECONDS);
        var wider = new Topics("own.", 5);
        create(wider);
        heard(() -> assertThat(config(ConfigResource.Type.TOPIC, "own.requests"))
                .containsEntry("retention.ms", "86400000"));
        assertThat(partitions(wider.requests())).isEqualTo(2);
    }

    @Test
    void stagesThatStartTogetherDoNotGetInEachOthersWay() throws Exception {
        var topics = new Topics("together.", 2);
        List<CompletableFuture<Void>> stages = new ArrayList<>();
        for (int stage = 0; stage < 4; stage++) {
            stages.add(CompletableFuture.runAsync(() -> create(topics)));
        }
        for (CompletableFuture<Void> stage : stages) {
            stage.get(60, TimeUnit.SECONDS);
        }
        assertThat(everything(topics)).hasSize(topics.all().size() + 1);
    }

    @Test
    void moreReplicasThanBrokersAreRefusedWithTheTopicsName() {
        var topics = new Topics("replicas.", 1);
        assertThatExceptionOfType(BrokerUnavailable.class)
                .isThrownBy(() -> new TopicCreator(admin, topics, (short) 2).create())
                .withMessageContaining("topic replicas.");
    }

    private void create(Topics topics) {
        new TopicCreator(admin, topics, BROKERS_DEFAULT).create();
    }

    private int partitions(Topic<?> topic) throws Exception {
        return description(topic).partitions().size();
    }

    private TopicDescription description(Topic<?> topic) throws Exception {
        var described = admin.describeTopics(List.of(topic.name())).allTopicNames();
        return described.get(30, TimeUnit.SECONDS).values().iterator().next();
    }

    /** What can be seen of the topics and of the workers' group, by name. */
    private Map<String, Object> everything(Topics topics) throws Exception {
        Map<String, Object> everything = new HashMap<>();
        for (Topic<?> topic : topics.all()) {
            everything.put(topic.name(), List.of(description(topic), config(ConfigResource.Type.TOPIC, topic.name())));
        }
        String workers = topics.group(Topics.WORKERS);
        everything.put(workers, config(ConfigResource.Type.GROUP, workers));
        return everything;
    }

    private Map<String, String> config(ConfigResource.Type type, String name) throws Exception {
        var resource = new ConfigResource(type, name);
        var described = admin.describeConfigs(List.of(resource)).all();
        Config config = described.get(30, TimeUnit.SECONDS).values().iterator().next();
        Map<String, String> values = new HashMap<>();
        config.entries().forEach(entry -> values.put(entry.name(), entry.value()));
        return values;
    }
}
