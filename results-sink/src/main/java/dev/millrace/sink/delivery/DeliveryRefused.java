package dev.millrace.sink.delivery;

/** It cannot be delivered, and trying again would not help; the message is for a person. */
final class DeliveryRefused extends RuntimeException {
    DeliveryRefused(String reason) {
        super(reason);
    }
}
