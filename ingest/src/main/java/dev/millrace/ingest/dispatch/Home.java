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

    /** Whether the record lies where all others of its repository are; one that was moved already counts as at home. */
    boolean holds(String key, int partition, Headers headers) {
        return headers.lastHeader(MOVED) != null
                || partition == BuiltInPartitioner.partitionForKey(key.getBytes(StandardCharsets.UTF_8), partitions);
    }

    /** Marks a record that is on its way home, so that it is sent there once at most. */
    static Headers moved(Headers headers) {
        return headers.add(MOVED, new byte[0]);
    }
}
