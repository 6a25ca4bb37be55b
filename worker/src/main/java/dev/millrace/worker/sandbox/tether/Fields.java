package dev.millrace.worker.sandbox.tether;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;

/** The payload of one frame, read from front to back. A view: good until the next frame is read. */
final class Fields {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int NANOS = 1_000_000_000;

    private final byte[] bytes;
    private final int end;
    private int at;

    Fields(byte[] bytes, int length) {
        this.bytes = bytes;
        end = length;
    }

    /** Where the rest lies. */
    byte[] array() {
        return bytes;
    }

    int offset() {
        return at;
    }

    int left() {
        return end - at;
    }

    int u8() throws Violation {
        return bytes[take(1)] & 0xff;
    }

    int u16() throws Violation {
        return (short) SHORT.get(bytes, take(2)) & 0xffff;
    }

    long u32() throws Violation {
        return Integer.toUnsignedLong((int) INT.get(bytes, take(4)));
    }

    long u64() throws Violation {
        return (long) LONG.get(bytes, take(8));
    }

    /** A number of things; what does not fit a {@code long} is as good as its largest. */
    long count() throws Violation {
        long value = u64();
        return value < 0 ? Long.MAX_VALUE : value;
    }

    Duration micros() throws Violation {
        return Duration.of(count(), ChronoUnit.MICROS);
    }

    /** A file's time. An agent may set any; what is out of Java's range becomes the end of that. */
    Instant time() throws Violation {
        long seconds = u64();
        long nanos = u32();
        if (nanos >= NANOS) {
            throw new Violation(nanos + " nanoseconds in a second");
        }
        try {
            return Instant.ofEpochSecond(seconds, nanos);
        } catch (DateTimeException _) {
            return seconds < 0 ? Instant.MIN : Instant.MAX;
        }
    }

    byte[] string() throws Violation {
        long length = u32();
        if (length > left()) {
            throw new Violation("a string of " + length + " bytes where " + left() + " are left");
        }
        int from = take((int) length);
        return Arrays.copyOfRange(bytes, from, at);
    }

    /** Says that nothing may be left. */
    void end() throws Violation {
        if (left() > 0) {
            throw new Violation(left() + " bytes too many in a frame");
        }
    }

    private int take(int count) throws Violation {
        if (count > left()) {
            throw new Violation("a frame that ends too early");
        }
        int from = at;
        at += count;
        return from;
    }
}
