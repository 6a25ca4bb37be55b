package dev.millrace.sink.changeset;

import static dev.millrace.sink.changeset.HandmadePack.directory;
import static dev.millrace.sink.changeset.HandmadePack.file;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/** Objects that nobody would write by hand: bombs, lies about sizes, damage. */
final class HostilePacks {
    private HostilePacks() {}

    /** Adds to the pack what no tree needs to name. */
    static void fill(HandmadePack pack, Map<String, String> what) {
        int count = number(what, "count", 1);
        int bytes = number(what, "bytes", 0);
        switch (what.getOrDefault("kind", "")) {
            case "", "directories", "deep", "flat" -> {}
            case "blobs" -> {
                for (int i = 0; i < count; i++) {
                    pack.add(
                            Constants.OBJ_BLOB,
                            ByteBuffer.wrap(new byte[bytes]).putInt(0, i).array());
                }
            }
            case "small-blobs" -> {
                for (int i = 0; i < count; i++) {
                    pack.blob("blob " + i);
                }
            }
            case "liar" -> pack.lying(Constants.OBJ_BLOB, number(what, "says", 0), new byte[bytes]);
            case "large-tree" -> flat(pack, count);
            case "growing-delta" ->
                // from 1 byte to 2^34
                pack.delta(pack.blob("x"), new byte[] {1, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x40});
            case "chain" -> chain(pack, count, bytes);
            case "thin" -> pack.delta(ObjectId.fromString(what.getOrDefault("on", "")), new byte[] {8, 1, 1, '!'});
            case "outreach" -> pack.delta(pack.blob("short"), new byte[] {5, 100, (byte) 0x91, 100, 100});
            case "endless-delta" ->
                pack.delta(pack.blob("short"), new byte[] {
                    (byte) 0xff,
                    (byte) 0xff,
                    (byte) 0xff,
                    (byte) 0xff,
                    (byte) 0xff,
                    (byte) 0xff,
                    (byte) 0xff,
                    (byte) 0xff,
                    (byte) 0xff,
                    (byte) 0xff,
                    (byte) 0xff,
                    1
                });
            case "odd-type" -> pack.lying(number(what, "type", 5), 1, new byte[1]);
            case "tag" -> pack.add(Constants.OBJ_TAG, HandmadePack.bytes("object nonsense\n"));
            default -> throw new IllegalArgumentException("no such pack: " + what);
        }
    }

    private static ObjectId flat(HandmadePack pack, int count) {
        ObjectId blob = pack.blob("x");
        byte[][] entries = new byte[count][];
        for (int i = 0; i < count; i++) {
            entries[i] = file("f%07d".formatted(i), blob);
        }
        return pack.tree(entries);
    }

    /** Each delta builds on the one before, and each result is large. */
    private static void chain(HandmadePack pack, int length, int bytes) {
        byte[] content = new byte[bytes];
        ObjectId last = pack.add(Constants.OBJ_BLOB, content);
        for (int i = 1; i <= length; i++) {
            byte[] next = content.clone();
            next[bytes - 1] = (byte) i;
            var delta = new ByteArrayOutputStream();
            size(delta, bytes);
            size(delta, bytes);
            int rest = bytes - 1;
            int at = 0;
            while (rest > 0) {
                int part = Math.min(rest, 0xffffff);
                // copy: an offset of four bytes, a length of three
                delta.write(0xff);
                for (int b = 0; b < 4; b++) {
                    delta.write(at >>> (8 * b));
                }
                for (int b = 0; b < 3; b++) {
                    delta.write(part >>> (8 * b));
                }
                at += part;
                rest -= part;
            }
            delta.write(1);
            delta.write(i);
            pack.delta(last, delta.toByteArray());
            last = pack.idOf(Constants.OBJ_BLOB, next);
            content = next;
        }
    }

    private static void size(ByteArrayOutputStream out, long size) {
        long rest = size;
        while (rest > 127) {
            out.write((int) ((rest & 127) | 128));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    /** A directory that holds the same directory again and again, so that few bytes name many. */
    static Optional<ObjectId> directories(HandmadePack pack, Map<String, String> what) {
        String kind = what.getOrDefault("kind", "");
        if (kind.equals("flat")) {
            return Optional.of(flat(pack, number(what, "count", 1)));
        }
        if (!kind.equals("directories") && !kind.equals("deep")) {
            return Optional.empty();
        }
        int fanout = kind.equals("deep") ? 1 : number(what, "fanout", 10);
        boolean files = what.getOrDefault("with", "").equals("files");
        ObjectId tree = kind.equals("deep") || files ? pack.tree(file("f", pack.blob("x"))) : pack.tree();
        for (int level = 0; level < number(what, "levels", 1); level++) {
            byte[][] entries = new byte[fanout][];
            for (int i = 0; i < fanout; i++) {
                entries[i] = directory("d%04d".formatted(i), tree);
            }
            tree = pack.tree(entries);
        }
        return Optional.of(tree);
    }

    /** The pack's bytes after some damage. */
    static byte[] spoilt(byte[] pack, Map<String, String> how) {
        byte[] spoilt = pack;
        if (how.containsKey("objects")) {
            ByteBuffer.wrap(spoilt).putInt(8, Integer.parseUnsignedInt(how.get("objects")));
            resign(spoilt);
        }
        if (how.containsKey("version")) {
            ByteBuffer.wrap(spoilt).putInt(4, number(how, "version", 2));
            resign(spoilt);
        }
        if (how.containsKey("cut")) {
            spoilt = Arrays.copyOf(spoilt, spoilt.length - number(how, "cut", 0));
        }
        if (how.containsKey("append")) {
            spoilt = Arrays.copyOf(spoilt, spoilt.length + number(how, "append", 0));
        }
        if (how.containsKey("turn")) {
            spoilt[spoilt.length - number(how, "turn", 1)] ^= 0x10;
        }
        if (how.containsKey("begin")) {
            spoilt[0] = 'J';
            resign(spoilt);
        }
        return spoilt;
    }

    private static void resign(byte[] pack) {
        byte[] sum = HandmadePack.sha("SHA-1", Arrays.copyOf(pack, pack.length - 20));
        System.arraycopy(sum, 0, pack, pack.length - 20, 20);
    }

    private static int number(Map<String, String> fields, String key, int otherwise) {
        return Integer.parseInt(fields.getOrDefault(key, Integer.toString(otherwise)));
    }
}
