package dev.millrace.sink.changeset;

import java.util.Locale;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.springframework.util.unit.DataSize;

/**
 * Walks over a pack once, keeping none of it, and adds up what unpacking it would take. JGit's own limit is per object
 * and its parser keeps whole chains of deltas, so that the sum has to be known before.
 *
 * @see <a href="https://git-scm.com/docs/pack-format">pack format</a>
 */
final class PackScan {
    private static final int HEADER = 12;
    private static final int TRAILER = 20;
    private static final int OBJECT_ID = 20;
    private static final int OFFSET_DELTA = 6;
    private static final int ID_DELTA = 7;
    /** Two sizes of at most ten bytes each begin every delta. */
    private static final int DELTA_HEAD = 20;

    private final byte[] pack;
    private final ChangesetProperties limits;
    private int at;
    private long inflated;

    private PackScan(byte[] pack, ChangesetProperties limits) {
        this.pack = pack;
        this.limits = limits;
    }

    /** Passes only packs that are whole, and within the limits when unpacked. */
    static void check(byte[] pack, ChangesetProperties limits) throws PackRefused {
        new PackScan(pack, limits).scan();
    }

    private void scan() throws PackRefused {
        if (pack.length > limits.maxPack().toBytes()) {
            throw new PackRefused("The changes take %s; at most %s are allowed."
                    .formatted(shown(pack.length), shown(limits.maxPack().toBytes())));
        }
        long objects = header();
        if (objects > limits.maxObjects()) {
            throw new PackRefused(
                    "The changes hold %d objects; at most %d are allowed.".formatted(objects, limits.maxObjects()));
        }
        var inflater = new Inflater();
        try {
            for (long object = 0; object < objects; object++) {
                object(inflater);
                inflater.reset();
            }
        } catch (DataFormatException broken) {
            throw damaged("compressed data are broken at byte " + at);
        } finally {
            inflater.end();
        }
        if (pack.length - at != TRAILER) {
            throw damaged("bytes follow its last object");
        }
    }

    private long header() throws PackRefused {
        if (pack.length < HEADER + TRAILER) {
            throw damaged("it is too short");
        }
        if (number() != 0x5041434bL || number() != 2) {
            throw damaged("it does not begin like a pack of version 2");
        }
        return number();
    }

    private long number() throws PackRefused {
        long value = 0;
        for (int i = 0; i < 4; i++) {
            value = value << 8 | next();
        }
        return value;
    }

    private void object(Inflater inflater) throws PackRefused, DataFormatException {
        int first = next();
        int type = first >> 4 & 7;
        long size = first & 15;
        int shift = 4;
        for (int more = first; (more & 0x80) != 0; shift += 7) {
            more = next();
            if (shift > 53) {
                throw damaged("an object has no sensible size");
            }
            size |= (long) (more & 0x7f) << shift;
        }
        switch (type) {
            case 1, 2, 3, 4 -> {}
            case OFFSET_DELTA -> {
                while ((next() & 0x80) != 0) {
                    // only its length matters here
                }
            }
            case ID_DELTA -> at += OBJECT_ID;
            default -> throw damaged("an object is of no known type");
        }
        add(size);
        byte[] head = inflate(inflater, size);
        if (type == OFFSET_DELTA || type == ID_DELTA) {
            add(resultSize(head));
        }
    }

    private void add(long size) throws PackRefused {
        if (size > limits.maxObject().toBytes()) {
            throw new PackRefused("One of the changed files or directories takes %s; at most %s are allowed."
                    .formatted(shown(size), shown(limits.maxObject().toBytes())));
        }
        inflated += size;
        if (inflated > limits.maxInflated().toBytes()) {
            throw new PackRefused("Unpacked, the changes take more than the %s that are allowed."
                    .formatted(shown(limits.maxInflated().toBytes())));
        }
    }

    /** Leaves {@code at} behind the object; answers its first bytes. */
    private byte[] inflate(Inflater inflater, long size) throws PackRefused, DataFormatException {
        if (at > pack.length - TRAILER) {
            throw damaged("it ends in the middle of an object");
        }
        inflater.setInput(pack, at, pack.length - TRAILER - at);
        byte[] head = new byte[DELTA_HEAD];
        byte[] buffer = new byte[8192];
        long produced = 0;
        while (!inflater.finished()) {
            int n = inflater.inflate(buffer);
            if (n == 0 && !inflater.finished() && (inflater.needsInput() || inflater.needsDictionary())) {
                throw damaged("it ends in the middle of an object");
            }
            if (produced < DELTA_HEAD) {
                System.arraycopy(buffer, 0, head, (int) produced, (int) Math.min(n, DELTA_HEAD - produced));
            }
            produced += n;
            if (produced > size) {
                throw damaged("an object is larger than it says");
            }
        }
        if (produced != size) {
            throw damaged("an object is smaller than it says");
        }
        at += (int) inflater.getBytesRead();
        return head;
    }

    private static long resultSize(byte[] head) throws PackRefused {
        int position = 0;
        long size = 0;
        for (int which = 0; which < 2; which++) {
            size = 0;
            int shift = 0;
            int read;
            do {
                if (position == head.length || shift > 56) {
                    throw damaged("a delta has no sensible size");
                }
                read = head[position++] & 0xff;
                size |= (long) (read & 0x7f) << shift;
                shift += 7;
            } while ((read & 0x80) != 0);
        }
        return size;
    }

    private int next() throws PackRefused {
        if (at >= pack.length) {
            throw damaged("it ends in the middle of an object");
        }
        return pack[at++] & 0xff;
    }

    private static PackRefused damaged(String how) {
        return new PackRefused("The pack with the changes is damaged: %s.".formatted(how));
    }

    private static String shown(long bytes) {
        return bytes < DataSize.ofKilobytes(1).toBytes()
                ? bytes + " bytes"
                : bytes < DataSize.ofMegabytes(1).toBytes()
                        ? String.format(Locale.ROOT, "%.1f kB", bytes / 1024.0)
                        : String.format(Locale.ROOT, "%.1f MB", bytes / 1048576.0);
    }
}
