package dev.millrace.schemas.wire;

import com.google.common.base.Throwables;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/** Tells a registry that is away from a record that cannot be read: both come as a failed deserialization. */
public final class RegistryFault {
    private static final int TOO_MANY_REQUESTS = 429;

    private RegistryFault() {}

    /** Whether reading the record again later may help. */
    public static boolean isAway(Throwable failure) {
        return Throwables.getCausalChain(failure).stream().anyMatch(cause -> switch (cause) {
            case RestClientException answer -> answer.getStatus() >= 500 || answer.getStatus() == TOO_MANY_REQUESTS;
            case SocketException _, InterruptedIOException _, UnknownHostException _, SSLException _ -> true;
            default -> false;
        });
    }
}
