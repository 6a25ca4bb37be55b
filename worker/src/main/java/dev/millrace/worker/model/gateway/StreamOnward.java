package dev.millrace.worker.model.gateway;

import dev.millrace.worker.model.upstream.Protocol;
import dev.millrace.worker.model.upstream.Tokens;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.EntityTemplate;

/** Passes a stream on as it comes, and counts what it used when it ends, however it ends. For one thread. */
final class StreamOnward implements AutoCloseable {
    /** For the end of an answer whose last event was there, so that the connection can be used again. */
    private static final Duration LAST_BYTES = Duration.ofMillis(100);

    private final Outcome.Stream stream;
    private final Asked asked;
    private final Spending.Call call;
    private final Protocol protocol;
    private final GatewayLimits limits;
    private final InstantSource clock;
    private final Instant end;
    private boolean complete;
    private boolean settled;

    StreamOnward(
            Outcome.Stream stream,
            Asked asked,
            Spending.Call call,
            Protocol protocol,
            GatewayLimits limits,
            InstantSource clock,
            Instant end) {
        this.stream = stream;
        this.asked = asked;
        this.call = call;
        this.protocol = protocol;
        this.limits = limits;
        this.clock = clock;
        this.end = end;
    }

    HttpEntity entity(ContentType type) {
        return new EntityTemplate(-1, type, null, this::pass);
    }

    private void pass(OutputStream out) throws IOException {
        try {
            out.write(stream.head());
            out.flush();
            while (!complete) {
                byte[] bytes = next(out);
                if (bytes.length > 0) {
                    stream.meter().feed(bytes);
                    out.write(bytes);
                    out.flush();
                }
                complete |= stream.meter().hasEnded();
            }
        } finally {
            // Before the sandbox sees the end, so that what it asks next is judged by what this used.
            settle();
        }
    }

    /** Nothing at the end of the stream. */
    private byte[] next(OutputStream out) throws IOException {
        if (stream.meter().hasEnded()) {
            return new byte[0];
        }
        Duration left = Duration.between(clock.instant(), end);
        try {
            byte[] bytes = stream.rest().next(left.compareTo(limits.silence()) < 0 ? left : limits.silence());
            complete = bytes == null;
            return bytes == null ? new byte[0] : bytes;
        } catch (InterruptedException _) {
            IOException cut = cut(out, "it was stopped");
            Thread.currentThread().interrupt();
            throw cut;
        } catch (Incoming.Stalled _) {
            throw cut(out, "nothing more came in time");
        } catch (IOException _) {
            throw cut(out, "the connection to the model's endpoint broke");
        }
    }

    /** An error event for those who read it, and a broken connection for those who do not. */
    private IOException cut(OutputStream out, String why) throws IOException {
        out.write(new Refusal(Refusal.Kind.UPSTREAM, "The answer was cut off: " + why).event(protocol));
        out.flush();
        return new IOException("cut off: " + why);
    }

    private void settle() {
        if (settled) {
            return;
        }
        settled = true;
        Tokens told = stream.meter().tokens();
        boolean whole = complete && stream.meter().error() == null;
        if (whole && told.total() > 0) {
            call.used(told, false);
        } else {
            // About one token an event; and it is not for the sandbox to decide, by hanging up, that nothing counts.
            call.used(told.most(asked.estimate(stream.meter().events())), true);
        }
    }

    @Override
    public void close() {
        settle();
        if (complete) {
            drain();
        }
        stream.rest().close();
    }

    private void drain() {
        try {
            Instant latest = clock.instant().plus(LAST_BYTES);
            while (clock.instant().isBefore(latest) && stream.rest().next(LAST_BYTES) != null) {
                // Behind the last event there is nothing of use.
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException _) {
            // Then another connection will be opened.
        }
    }
}
