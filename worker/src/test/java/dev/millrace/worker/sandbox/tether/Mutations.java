package dev.millrace.worker.sandbox.tether;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes conversations that nobody would have from one that somebody had. */
final class Mutations {
    private static final int[] LENGTHS = {0, 1, 4, 5, 65_535, 65_536, 65_537, 0xff_ffff};

    private final RandomGenerator random;

    Mutations(RandomGenerator random) {
        this.random = random;
    }

    /** A few changes to the frames, and to the bytes that they make. */
    byte[] of(List<OtherEnd.Frame> conversation) {
        var frames = new ArrayList<>(conversation);
        for (int i = random.nextInt(4); i > 0; i--) {
            change(frames);
        }
        var bytes = new Bytes();
        for (var frame : frames) {
            int length = random.nextInt(40) == 0 ? LENGTHS[random.nextInt(LENGTHS.length)] : frame.payload().length;
            bytes.u32(frame.stream())
                    .u32((long) frame.type() << 24 | length)
                    .raw(frame.payload(), 0, frame.payload().length);
        }
        byte[] wire = bytes.toArray();
        for (int i = random.nextInt(3); i > 0 && wire.length > 0; i--) {
            wire[random.nextInt(wire.length)] = (byte) random.nextInt();
        }
        return wire;
    }

    private void change(List<OtherEnd.Frame> frames) {
        int at = random.nextInt(frames.size());
        var frame = frames.get(at);
        int other = random.nextInt(frames.size());
        switch (random.nextInt(30)) {
            case 0, 1, 2 -> frames.add(other, frame);
            case 3, 4, 5 -> frames.add(other, frames.remove(at));
            case 6, 7, 8 -> frames.set(at, new OtherEnd.Frame(stream(), frame.type(), frame.payload()));
            case 9, 10, 11 -> frames.set(at, new OtherEnd.Frame(frame.stream(), type(), frame.payload()));
            case 12, 13, 14, 15, 16, 17 ->
                frames.set(at, new OtherEnd.Frame(frame.stream(), frame.type(), changed(frame.payload())));
            case 18, 19, 20 -> frames.add(at, new OtherEnd.Frame(stream(), type(), payload()));
            case 21, 22, 23 -> frames.subList(at, frames.size()).clear();
            case 24 -> {
                for (int i = random.nextInt(6); i > 0; i--) {
                    frames.add(at, new OtherEnd.Frame(frame.stream(), FrameType.DATA.code(), large()));
                }
            }
            default -> frames.remove(at);
        }
        if (frames.isEmpty()) {
            frames.add(frame);
        }
    }

    private int stream() {
        int number = random.nextInt(12);
        return random.nextBoolean() ? number : number | 1 << 31;
    }

    private int type() {
        var types = FrameType.values();
        return random.nextInt(8) == 0 ? random.nextInt(256) : types[random.nextInt(types.length)].code();
    }

    private byte[] payload() {
        byte[] payload = new byte[random.nextInt(24)];
        random.nextBytes(payload);
        if (payload.length > 0 && random.nextBoolean()) {
            payload[0] = (byte) random.nextInt(4);
        }
        return payload;
    }

    private byte[] large() {
        byte[] payload = new byte[LENGTHS[random.nextInt(LENGTHS.length - 2)]];
        if (payload.length > 0) {
            payload[0] = (byte) random.nextInt(3);
        }
        return payload;
    }

    private byte[] changed(byte[] payload) {
        byte[] changed = Arrays.copyOf(payload, Math.max(0, payload.length + random.nextInt(-2, 3)));
        if (changed.length > 0) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        }
        return changed;
    }
}
