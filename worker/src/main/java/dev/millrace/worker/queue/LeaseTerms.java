package dev.millrace.worker.queue;

import java.time.Duration;

/**
 * What this worker knows of leases.
 *
 * @param lease how long dispatch lets a silent worker keep an attempt
 * @param heartbeat how often an attempt says that it lives
 * @param grantWithin how long a claim may wait for its grant
 */
record LeaseTerms(Duration lease, Duration heartbeat, Duration grantWithin) {
    LeaseTerms {
        if (lease.compareTo(heartbeat.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException(
                    "millrace.dispatch.lease (%s) must be at least twice millrace.worker.heartbeat (%s)"
                            .formatted(lease, heartbeat));
        }
    }
}
