package dev.millrace.worker.queue;

import dev.millrace.worker.model.gateway.Budget;
import java.time.Duration;

/**
 * What this worker knows of leases.
 *
 * @param lease how long dispatch lets a silent worker keep an attempt
 * @param heartbeat how often an attempt says that it lives
 * @param grantWithin how long a claim may wait for its grant
 * @param budget the most that an attempt may spend on models, if its offer does not say less
 */
record LeaseTerms(Duration lease, Duration heartbeat, Duration grantWithin, Budget budget) {
    LeaseTerms {
        if (lease.compareTo(heartbeat.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException(
                    "millrace.dispatch.lease (%s) must be at least twice millrace.worker.heartbeat (%s)"
                            .formatted(lease, heartbeat));
        }
    }
}
