package dev.millrace.worker.sandbox.tether;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;

/** Frames, or a request, on their way to the other end. Grows as it must; who fills it keeps to a bound. */
final class Bytes {
    private byte[] bytes = new byte[512];
    private int length;

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
    }

    /** A frame's head; as many bytes as it says must follow. */
    Bytes frame(int stream, FrameType type, int size) {
        return u32(stream).u32((long) type.code() << 24 | size);
    }

    Bytes u8(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    Bytes u16(int value) {
        return u8(value >> 8).u8(value);
    }

    Bytes u32(long value) {
        return u16((int) (value >> 16)).u16((int) value);
    }

    Bytes u64(long value) {
        return u32(value >> 32).u32(value);
    }

    Bytes raw(byte[] from, int offset, int count) {
        room(count);
        System.arraycopy(from, offset, bytes, length, count);
        length += count;
        return this;
    }

    Bytes string(String value) {
        return string(value.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws IllegalArgumentException if there is a NUL in it, which no string of Linux can have */
    Bytes string(byte[] value) {
        for (byte b : value) {
            if (b == 0) {
                throw new IllegalArgumentException(
                        "a NUL in '" + new String(value, StandardCharsets.UTF_8).replace('\0', '?') + "'");
            }
        }
        return u32(value.length).raw(value, 0, value.length);
    }

    Bytes strings(Collection<String> values) {
        u32(values.size());
        values.forEach(this::string);
        return this;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), 2 * bytes.length));
        }
    }
}
