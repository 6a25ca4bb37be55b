package dev.millrace.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.schemas.avro.AttemptEvent;
import dev.millrace.schemas.avro.Changeset;
import dev.millrace.schemas.avro.ControlRequest;
import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Step;
import dev.millrace.schemas.avro.TaskOutcome;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.WorkItem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
    private static final int PARTITIONS = 5;
    private static final int MIB = 1 << 20;

    private final Topics topics = new Topics("mill.", PARTITIONS);

    private record Row(
            String name, Class<?> type, int partitions, int retentionDays, boolean compacted, long maxBytes) {}

    @Test
    void theTopicsAreThese() {
        int changeset = 16 * MIB + 64 * 1024;
        assertThat(topics.all().stream().map(TopicsTest::row))
                .containsExactly(
                        new Row("mill.requests", TaskRequest.class, PARTITIONS, 7, false, MIB),
                        new Row("mill.controls", ControlRequest.class, PARTITIONS, 7, false, MIB),
                        new Row("mill.work", WorkItem.class, 1, 7, false, 4 * MIB),
                        new Row("mill.attempts", AttemptEvent.class, PARTITIONS, 7, false, MIB),
                        new Row("mill.transcript", Step.class, PARTITIONS, 30, false, MIB),
                        new Row("mill.changesets", Changeset.class, PARTITIONS, 7, false, changeset),
                        new Row("mill.outcomes", TaskOutcome.class, PARTITIONS, 30, false, 4 * MIB),
                        new Row("mill.deliveries", Delivery.class, PARTITIONS, 30, false, MIB),
                        new Row("mill.tasks", TaskState.class, PARTITIONS, 0, true, 4 * MIB),
                        new Row("mill.notifications", String.class, PARTITIONS, 7, false, MIB),
                        new Row("mill.dead-letters", byte[].class, 1, 90, false, changeset));
    }

    /** Dispatch reads them with one task per partition: a repository must be in the same one everywhere. */
    @Test
    void whatIsKeyedByRepositoryHasAsManyPartitions() {
        assertThat(Stream.of(
                        topics.requests(),
                        topics.controls(),
                        topics.attempts(),
                        topics.outcomes(),
                        topics.deliveries()))
                .allSatisfy(topic -> assertThat(topic.layout().partitions()).isEqualTo(PARTITIONS));
    }

    @Test
    void groupsBearThePrefixToo() {
        assertThat(topics.group(Topics.WORKERS)).isEqualTo("mill.workers");
    }

    @Test
    void oneRecordTypeGoesToOneTopic() {
        assertThat(topics.all().stream().map(topic -> (Object) topic.type())).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "millrace.", "team-7_test."})
    void aPrefixOfKafkasLettersIsTaken(String prefix) {
        assertThat(new Topics(prefix, 1).all()).allSatisfy(topic -> {
            assertThat(topic.name()).startsWith(prefix);
            org.apache.kafka.common.internals.Topic.validate(topic.name());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"mill race", "mill/", "müll.", "mill.\n"})
    void anyOtherPrefixIsRefused(String prefix) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Topics(prefix, 1))
                .withMessageContaining("not a topic prefix");
    }

    @Test
    void aPrefixLeavesRoomForTheName() {
        assertThat(Topics.isPrefix("x".repeat(100))).isTrue();
        assertThat(Topics.isPrefix("x".repeat(101))).isFalse();
    }

    @Test
    void aTopicWithoutPartitionsIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Topics("", 0).all());
    }

    @Test
    void theBrokerIsAskedForRetentionOrCompactionNeverBoth() {
        assertThat(List.of(configOf(topics.requests()), configOf(topics.tasks()), configOf(topics.changesets())))
                .containsExactly(
                        Map.of("retention.ms", days(7), "max.message.bytes", "1048576"),
                        Map.of("cleanup.policy", "compact", "max.message.bytes", "4194304"),
                        Map.of("retention.ms", days(7), "max.message.bytes", "16842752"));
    }

    private static Map<String, String> configOf(Topic<?> topic) {
        return topic.layout().topic(topic.name(), (short) 1).configs();
    }

    private static String days(int days) {
        return Long.toString(Duration.ofDays(days).toMillis());
    }

    private static Row row(Topic<?> topic) {
        var layout = topic.layout();
        return new Row(
                topic.name(),
                topic.type(),
                layout.partitions(),
                Math.toIntExact(layout.retention().toDays()),
                layout.compacted(),
                layout.maxRecord().toBytes());
    }
}
