package dev.millrace.sink.stream;

import dev.millrace.gitea.ForgeUnavailable;
import dev.millrace.schemas.topic.BrokerUnavailable;
import dev.millrace.schemas.wire.Outage;
import java.io.UncheckedIOException;
import java.net.http.HttpTimeoutException;

/** Tells what is away for a while from what is broken. */
final class Faults {
    private static final int MOST_CAUSES = 20;

    private Faults() {}

    static boolean isTemporary(Throwable fault) {
        int depth = 0;
        for (Throwable cause = fault; cause != null && depth < MOST_CAUSES; cause = cause.getCause(), depth++) {
            boolean away = switch (cause) {
                case ForgeUnavailable _, BrokerUnavailable _, UncheckedIOException _, HttpTimeoutException _ -> true;
                default -> Outage.isBehind(cause);
            };
            if (away) {
                return true;
            }
        }
        return false;
    }
}
