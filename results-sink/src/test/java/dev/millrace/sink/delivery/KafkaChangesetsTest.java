package dev.millrace.sink.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.schemas.avro.Changeset;
import dev.millrace.schemas.avro.ChangesetPointer;
import dev.millrace.schemas.topic.BrokerUnavailable;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import dev.millrace.schemas.wire.KafkaProperties;
import dev.millrace.sink.stream.Decoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaChangesetsTest {
    private final Topic<Changeset> topic = new Topics("", 1).changesets();
    private final TopicPartition partition = new TopicPartition(topic.name(), 0);
    private final Contracts contracts = new Contracts(new KafkaProperties(
            "localhost:1", "mock://changesets", "", 1, (short) 1, true, Duration.ofSeconds(1), Map.of()));
    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
    private final Changeset changeset =
            new Changeset("task-0000001", "acme/app", 1, "b", "h", ByteBuffer.wrap(new byte[] {1}));
    private Instant now = Instant.EPOCH;

    /** Each look at the clock takes a second. */
    private final InstantSource clock = () -> {
        now = now.plusSeconds(1);
        return now;
    };

    private final KafkaChangesets changesets = new KafkaChangesets(
            topic, () -> consumer, new Decoder<>(contracts.deserializer(topic)), clock, Duration.ofSeconds(10));

    @BeforeEach
    void fill() {
        var node = new Node(0, "localhost", 1);
        consumer.updatePartitions(
                topic.name(), List.of(new PartitionInfo(topic.name(), 0, node, new Node[] {node}, new Node[] {node})));
        consumer.updateBeginningOffsets(Map.of(partition, 3L));
        consumer.updateEndOffsets(Map.of(partition, 8L));
    }

    private void record(long offset, byte[] value) {
        consumer.schedulePollTask(() -> consumer.addRecord(new ConsumerRecord<>(topic.name(), 0, offset, "k", value)));
    }

    private static ChangesetPointer pointer(int partition, long offset) {
        return new ChangesetPointer(partition, offset, "", 1L);
    }

    @Test
    void aPointerLeadsToItsChangeset() {
        record(5, contracts.serializer().serialize(topic.name(), changeset));

        assertThat(changesets.at(pointer(0, 5))).contains(changeset);
    }

    @ParameterizedTest
    @CsvSource({"0,2", "0,8", "0,-1", "1,5", "-1,5", "0,9223372036854775807"})
    void aPointerToNothingIsAnsweredAtOnce(int where, long offset) {
        assertThat(changesets.at(pointer(where, offset))).isEmpty();
    }

    @Test
    void aRecordThatIsGoneFromBetweenOthersIsNothing() {
        record(6, contracts.serializer().serialize(topic.name(), changeset));

        assertThat(changesets.at(pointer(0, 5))).isEmpty();
    }

    @Test
    void bytesThatAreNoChangesetAreNothing() {
        record(5, new byte[] {9, 9, 9});

        assertThat(changesets.at(pointer(0, 5))).isEmpty();
    }

    @Test
    void aBrokerThatKeepsSilentIsNotWaitedForForEver() {
        assertThatThrownBy(() -> changesets.at(pointer(0, 5))).isInstanceOf(BrokerUnavailable.class);
        assertThat(consumer.closed()).isTrue();
    }

    @Test
    void aConsumerThatFailedIsReplaced() {
        consumer.setPollException(new KafkaException("broken"));

        assertThatThrownBy(() -> changesets.at(pointer(0, 5))).isInstanceOf(BrokerUnavailable.class);
        assertThat(consumer.closed()).isTrue();
    }
}
