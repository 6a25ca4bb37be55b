package dev.millrace.worker.sandbox.tether;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A wire whose other end says what it was given, whatever it hears. It waits with all after its hello until a number of
 * OPENs have come, so that there is somebody to be hostile to; then it says no more.
 */
final class HostileEnd implements Wire {
    private final byte[] hello;
    private final byte[] rest;
    private final int opens;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int opened;
    private boolean closed;

    HostileEnd(byte[] hello, byte[] rest, int opens) {
        this.hello = hello;
        this.rest = rest;
        this.opens = opens;
    }

    /** Waits until so many OPENs have come, or the wire is closed. */
    void awaitOpens(int count) {
        lock.lock();
        try {
            boolean patient = true;
            while (opened < count && !closed && patient) {
                patient = changed.await(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public InputStream in() {
        return new InputStream() {
            private int at;

            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                if (at >= hello.length) {
                    awaitOpens(opens);
                }
                byte[] from = at < hello.length ? hello : rest;
                int start = at < hello.length ? at : at - hello.length;
                int n = Math.min(length, from.length - start);
                if (n == 0) {
                    return -1;
                }
                System.arraycopy(from, start, into, offset, n);
                at += n;
                return n;
            }
        };
    }

    /** Each write is of whole frames. */
    @Override
    public OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int b) {
                throw new UnsupportedOperationException("a frame is longer");
            }

            @Override
            public void write(byte[] from, int offset, int length) {
                lock.lock();
                try {
                    for (int at = offset; at < offset + length; ) {
                        int size = ((from[at + 5] & 0xff) << 16) | ((from[at + 6] & 0xff) << 8) | (from[at + 7] & 0xff);
                        opened += from[at + 4] == FrameType.OPEN.code() ? 1 : 0;
                        at += 8 + size;
                    }
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        };
    }

    @Override
    public String diagnosis() {
        return "it was hostile";
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
