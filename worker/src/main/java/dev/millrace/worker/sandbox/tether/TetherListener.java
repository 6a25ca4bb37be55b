package dev.millrace.worker.sandbox.tether;

import dev.millrace.worker.sandbox.Connection;
import dev.millrace.worker.sandbox.Listener;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.SystemCallFailed;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A port inside: the stream of a LISTEN, and the connections that nobody has asked for yet. */
final class TetherListener extends TetherStream<Void> implements Listener {
    /** Connections that wait for {@link #accept}; one more is reset. */
    static final int BACKLOG = 128;

    private final Reply<Integer> port = new Reply<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<TetherConnection> waiting = new ArrayDeque<>();
    private @Nullable Failure closed;
    private volatile int number;

    TetherListener(Link link) {
        super(link, Service.LISTEN, _ -> {
            throw new Violation("RESULT of a LISTEN");
        });
    }

    /** Waits until the port is open. */
    void awaitPort() throws SystemCallFailed {
        try {
            number = port.await();
        } catch (InterruptedException interrupt) {
            throw interrupted(interrupt);
        }
    }

    @Override
    public int port() {
        return number;
    }

    @Override
    public Connection accept() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty() && closed == null) {
                changed.await();
            }
            if (closed != null) {
                throw new SandboxUnavailable(
                        "port " + number + " inside is not listened on any more", closed.unavailable());
            }
            return waiting.remove();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        reset();
    }

    @Override
    void opened(Fields payload) throws Violation {
        int given = payload.u16();
        payload.end();
        if (!port.give(given)) {
            throw new Violation("OPENED twice on " + this);
        }
    }

    /** A new connection, from the reader of the wire. */
    void accepted(TetherConnection connection) {
        lock.lock();
        try {
            if (closed == null && waiting.size() < BACKLOG) {
                waiting.add(connection);
                changed.signal();
                return;
            }
        } finally {
            lock.unlock();
        }
        connection.close();
    }

    @Override
    boolean fail(Failure why) {
        boolean first = super.fail(why);
        if (first) {
            port.fail(why);
            Queue<TetherConnection> left;
            lock.lock();
            try {
                closed = why;
                left = new ArrayDeque<>(waiting);
                waiting.clear();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
            left.forEach(TetherConnection::close);
        }
        return first;
    }
}
