package dev.millrace.worker.sandbox.tether;

import org.jspecify.annotations.Nullable;

/** What a frame is, with its number on the wire. */
enum FrameType {
    HELLO(0x01, true),
    PING(0x02, false),
    PONG(0x03, true),
    LIFETIME(0x04, false),
    OPEN(0x10, false),
    MORE(0x11, false),
    OPENED(0x12, true),
    ACCEPTED(0x13, true),
    DATA(0x20, true),
    END(0x21, true),
    CREDIT(0x22, true),
    SIGNAL(0x23, false),
    RESET(0x24, true),
    RESULT(0x30, true),
    ERROR(0x31, true);

    /** Most bytes of a frame's payload. */
    static final int LONGEST = 65_536;

    private static final @Nullable FrameType[] BY_CODE = new @Nullable FrameType[256];

    static {
        for (var type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final boolean toWorker;

    FrameType(int code, boolean toWorker) {
        this.code = code;
        this.toWorker = toWorker;
    }

    int code() {
        return code;
    }

    /** The type of a frame that came from the other end. */
    static FrameType heard(int code) throws Violation {
        var type = BY_CODE[code];
        if (type == null) {
            throw new Violation("a frame of the unknown type " + code);
        }
        if (!type.toWorker) {
            throw new Violation("it said " + type + ", which only this side may");
        }
        return type;
    }

    /** Whether it is about the connection itself, stream 0. */
    boolean ofConnection() {
        return switch (this) {
            case HELLO, PING, PONG, LIFETIME -> true;
            case OPEN, MORE, OPENED, ACCEPTED, DATA, END, CREDIT, SIGNAL, RESET, RESULT, ERROR -> false;
        };
    }
}
