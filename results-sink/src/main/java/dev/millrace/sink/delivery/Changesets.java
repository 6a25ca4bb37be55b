package dev.millrace.sink.delivery;

import dev.millrace.schemas.avro.Changeset;
import dev.millrace.schemas.avro.ChangesetPointer;
import java.util.Optional;

/** Where changesets lie. */
@FunctionalInterface
interface Changesets {
    /**
     * The changeset at the pointer; empty where there is none (any more), or nothing that is one. Returns within a
     * bounded time.
     *
     * @throws dev.millrace.schemas.topic.BrokerUnavailable if that cannot be told now
     */
    Optional<Changeset> at(ChangesetPointer pointer);
}
