package dev.millrace.ingest.dispatch;

import java.nio.charset.StandardCharsets;
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
}
