package dev.millrace.ingest.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class KafkaTurnsTest {
    private static final TopicPartition FIRST = new TopicPartition("requests", 0);
    private static final TopicPartition SECOND = new TopicPartition("requests", 1);
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("latest");
    private final KafkaTurns turns = new KafkaTurns(consumer, "requests");

    @Test
    void itIsTheTurnOfWhoIsAssignedTheFirstPartition() {
        assertThat(turns.await(Duration.ZERO)).isFalse();

        assign(SECOND);
        assertThat(turns.await(Duration.ZERO)).isFalse();

        assign(FIRST, SECOND);
        assertThat(turns.await(Duration.ZERO)).isTrue();
    }

    @Test
    void nothingIsReadMeanwhile() {
        assign(FIRST);
        turns.await(Duration.ZERO);
        turns.await(Duration.ZERO);

        assertThat(consumer.paused()).containsExactly(FIRST);
    }

    @Test
    void whatWasSeenIsKeptByTheGroupAtTheTopicsEnd() {
        assign(FIRST);
        turns.await(Duration.ZERO);
        assertThat(turns.seen()).isEmpty();

        turns.seen(NOON);

        assertThat(turns.seen()).contains(NOON);
        assertThat(consumer.committed(Set.of(FIRST)).get(FIRST)).isEqualTo(new OffsetAndMetadata(7, NOON.toString()));
    }

    @Test
    void whatSomebodyElseCommittedIsNoMoment() {
        assign(FIRST);
        turns.await(Duration.ZERO);
        consumer.commitSync(Map.of(FIRST, new OffsetAndMetadata(3, "")));

        assertThat(turns.seen()).isEmpty();
    }

    private void assign(TopicPartition... partitions) {
        consumer.rebalance(List.of(partitions));
        consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L));
        consumer.updateEndOffsets(Map.of(FIRST, 7L, SECOND, 0L));
    }
}
