package dev.millrace.worker.sandbox.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What comes out of one exec, sorted into its two streams as it comes. A slow reader slows the command down; one that
 * throws ends the stream.
 */
final class ExecStream implements ResultCallback<Frame> {
    private final OutputStream stdout;
    private final OutputStream stderr;
    private final CountDownLatch ended = new CountDownLatch(1);
    private boolean aborted;
    private @Nullable Closeable connection;
    private @Nullable Throwable failure;
    private volatile boolean sinkFailed;

    ExecStream(OutputStream stdout, OutputStream stderr) {
        this.stdout = stdout;
        this.stderr = stderr;
    }

    @Override
    public void onStart(Closeable opened) {
        boolean late;
        synchronized (this) {
            connection = opened;
            late = aborted;
        }
        if (late) {
            closeQuietly(opened);
        }
    }

    @Override
    public void onNext(Frame frame) {
        if (ended.getCount() == 0) {
            return;
        }
        OutputStream sink = frame.getStreamType() == StreamType.STDERR ? stderr : stdout;
        try {
            sink.write(frame.getPayload());
        } catch (IOException | RuntimeException _) {
            sinkFailed = true;
            abort();
        }
    }

    @Override
    public synchronized void onError(Throwable throwable) {
        // After an abort the broken connection is our own doing.
        if (!aborted && failure == null && ended.getCount() > 0) {
            failure = throwable;
        }
        ended.countDown();
    }

    @Override
    public void onComplete() {
        ended.countDown();
    }

    /** Waits for the stream's end, at most this long; false if it did not end. */
    boolean await(Duration limit) throws InterruptedException {
        return ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Drops the connection; the command inside is not ended by that. */
    void abort() {
        Closeable open;
        synchronized (this) {
            aborted = true;
            open = connection;
            ended.countDown();
        }
        if (open != null) {
            closeQuietly(open);
        }
    }

    boolean sinkFailed() {
        return sinkFailed;
    }

    synchronized @Nullable Throwable failure() {
        return failure;
    }

    @Override
    public void close() {
        abort();
    }

    private static void closeQuietly(Closeable open) {
        try {
            open.close();
        } catch (IOException | RuntimeException _) {
            // It is as closed as it will get.
        }
    }
}
