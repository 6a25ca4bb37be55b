package dev.millrace.schemas.topic;

/** The broker did not do what was asked of it; trying again later may help. */
public final class BrokerUnavailable extends RuntimeException {
    public BrokerUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
