package dev.millrace.worker.model.gateway;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer as it comes, for one reader that waits no longer than it wants to: what the JDK's own streams
 * cannot promise. Holds one delivery of the HTTP client at a time.
 */
final class Incoming implements BodySubscriber<Incoming>, AutoCloseable {
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private boolean ended;

    private sealed interface Signal {
        record Bytes(List<ByteBuffer> buffers) implements Signal {}

        record Failed(Throwable cause) implements Signal {}

        record Complete() implements Signal {}
    }

    /** Nothing came for as long as the reader wanted to wait. */
    static final class Stalled extends IOException {
        Stalled(Duration waited) {
            super("nothing came for %d ms".formatted(waited.toMillis()));
        }
    }

    /**
     * The next bytes; null at the end.
     *
     * @throws Stalled if none came in time
     * @throws IOException if the connection broke
     */
    byte @Nullable [] next(Duration wait) throws IOException, InterruptedException {
        if (ended) {
            return null;
        }
        Signal signal = signals.poll(Math.max(0, wait.toNanos()), TimeUnit.NANOSECONDS);
        return switch (signal) {
            case null -> throw new Stalled(wait);
            case Signal.Bytes(List<ByteBuffer> buffers) -> {
                subscription.join().request(1);
                yield joined(buffers);
            }
            case Signal.Complete _ -> {
                ended = true;
                yield null;
            }
            case Signal.Failed(Throwable cause) -> throw new IOException("the connection broke", cause);
        };
    }

    private static byte[] joined(List<ByteBuffer> buffers) {
        byte[] all = new byte[buffers.stream().mapToInt(ByteBuffer::remaining).sum()];
        int at = 0;
        for (ByteBuffer buffer : buffers) {
            int length = buffer.remaining();
            buffer.get(all, at, length);
            at += length;
        }
        return all;
    }

    /** Gives up what has not come; a connection that is not at its answer's end is closed by that. */
    @Override
    public void close() {
        var _ = subscription.thenAccept(Flow.Subscription::cancel);
        signals.add(new Signal.Failed(new IOException("given up")));
    }

    @Override
    public CompletionStage<Incoming> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        if (subscription.complete(given)) {
            given.request(1);
        } else {
            given.cancel();
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        signals.add(new Signal.Bytes(buffers));
    }

    @Override
    public void onError(Throwable cause) {
        signals.add(new Signal.Failed(cause));
    }

    @Override
    public void onComplete() {
        signals.add(new Signal.Complete());
    }
}
