package dev.millrace.sink.stream;

import dev.millrace.gitea.ForgeUnavailable;
import dev.millrace.schemas.topic.BrokerUnavailable;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import org.apache.kafka.common.errors.RetriableException;

/** Tells what is away for a while from what is broken. */
final class Faults {
    private static final int MOST_CAUSES = 20;

    private Faults() {}

    static boolean isTemporary(Throwable fault) {
        int depth = 0;
        for (Throwable cause = fault; cause != null && depth < MOST_CAUSES; cause = cause.getCause(), depth++) {
            boolean away = switch (cause) {
                case ForgeUnavailable _,
                        BrokerUnavailable _,
                        UncheckedIOException _,
                        RetriableException _,
                        SocketException _,
                        InterruptedIOException _,
                        UnknownHostException _,
                        HttpTimeoutException _ -> true;
                case RestClientException registry -> registry.getStatus() >= 500 || registry.getStatus() == 429;
                default -> false;
            };
            if (away) {
                return true;
            }
        }
        return false;
    }
}
