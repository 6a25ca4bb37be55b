package dev.millrace.schemas.wire;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import org.apache.kafka.common.errors.RetriableException;

/** Tells a schema registry that does not serve us for a while from bytes that are no record. */
public final class Outage {
    private static final int MOST_CAUSES = 20;

    private Outage() {}

    /**
     * Whether a record could not be read because the registry is away, overloaded or does not know us: the same bytes
     * may be readable later, and nobody's task may be thrown away over it.
     */
    public static boolean isBehind(Throwable failure) {
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < MOST_CAUSES; cause = cause.getCause(), depth++) {
            boolean away = switch (cause) {
                case RetriableException _, SocketException _, InterruptedIOException _, UnknownHostException _ -> true;
                case RestClientException registry -> isOfTheRegistry(registry.getStatus());
                default -> false;
            };
            if (away) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfTheRegistry(int status) {
        return status >= 500 || status == 401 || status == 403 || status == 408 || status == 429;
    }
}
