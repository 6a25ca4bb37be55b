package dev.millrace.ingest.dispatch;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.header.Headers;

/**
 * Where the records of a repository belong. Clients other than Java's often spread keys by a function of their own;
 * their requests would be decided on in one partition, and the answers to them looked for in another.
 *
 * @param partitions of the requests topic, as it is
 */
record Home(int partitions) {
    private static final String MOVED = "millrace_moved";
    private static final String SPREAD = "millrace_spread";

    /** Whether the partition is the one where all records of the repository are. */
    boolean isAt(int partition, String key) {
        return partition == BuiltInPartitioner.partitionForKey(key.getBytes(StandardCharsets.UTF_8), partitions);
    }

    static boolean wasMoved(Headers headers) {
        return headers.lastHeader(MOVED) != null;
    }

    /** Marks a record that is on its way home, so that it is sent there once at most. */
    static Headers moved(Headers headers) {
        return headers.add(MOVED, new byte[0]);
    }

    static boolean wasSpread(Headers headers) {
        return headers.lastHeader(SPREAD) != null;
    }

    /** Marks the copies of a record that goes to every partition, so that they go no further. */
    static Headers spread(Headers headers) {
        return headers.add(SPREAD, new byte[0]);
    }

    /** Every partition of a topic. */
    static Optional<Set<Integer>> everywhere(int partitions) {
        return Optional.of(IntStream.range(0, partitions).boxed().collect(Collectors.toUnmodifiableSet()));
    }
}
