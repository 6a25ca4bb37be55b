package dev.millrace.schemas.wire;

import org.apache.kafka.common.errors.SerializationException;

/** A record that is valid by itself, but not of the type that its topic holds. */
public final class WrongRecord extends SerializationException {
    public WrongRecord(String message) {
        super(message);
    }
}
