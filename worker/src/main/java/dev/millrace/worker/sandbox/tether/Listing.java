package dev.millrace.worker.sandbox.tether;

import dev.millrace.worker.sandbox.FileEntry;
import dev.millrace.worker.sandbox.SystemCallFailed;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Takes the entries of a LIST out of its bytes. */
final class Listing {
    /** Bytes of a stat on the wire. */
    private static final int STAT = 48;
    /** Longest path, whatever the depth. */
    private static final int LONGEST_PATH = 65_536;

    private final ChannelInput in;

    Listing(ChannelInput in) {
        this.in = in;
    }

    /** The next entry; null when there are no more. */
    @Nullable
    FileEntry next() throws SystemCallFailed, Violation {
        byte[] head = read(STAT + 4);
        if (head.length == 0) {
            return null;
        }
        var fields = new Fields(head, head.length);
        var status = Answers.status(fields);
        long length = fields.u32();
        if (length > LONGEST_PATH) {
            throw new Violation("a path of " + length + " bytes in a listing");
        }
        byte[] path = read((int) length);
        if (path.length < length) {
            throw new Violation("a listing that ends too early");
        }
        checkRelative(path);
        return new FileEntry(path, status);
    }

    /** So many bytes; fewer only at the end. */
    private byte[] read(int count) throws SystemCallFailed {
        byte[] bytes = new byte[count];
        int have = 0;
        for (int n = 0; n >= 0 && have < count; have += Math.max(n, 0)) {
            n = in.read(bytes, have, count - have);
        }
        return have == count ? bytes : Arrays.copyOf(bytes, have);
    }

    /** Whoever makes a path of it must not end up elsewhere. */
    private static void checkRelative(byte[] path) throws Violation {
        int start = 0;
        for (int i = 0; i <= path.length; i++) {
            if (i < path.length && path[i] == 0) {
                throw new Violation("a NUL in a path of a listing");
            }
            if (i == path.length || path[i] == '/') {
                int length = i - start;
                boolean dots = length <= 2 && (length < 1 || path[start] == '.') && (length < 2 || path[i - 1] == '.');
                if (dots) {
                    throw new Violation("the path " + Text.of(path, 100) + " in a listing");
                }
                start = i + 1;
            }
        }
    }
}
