package dev.millrace.sink.changeset;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.Deflater;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;

/** A pack of whatever bytes the test says, since no honest writer would make the hostile ones. */
public final class HandmadePack {
    private final ByteArrayOutputStream objects = new ByteArrayOutputStream();
    private final ObjectInserter.Formatter ids = new ObjectInserter.Formatter();
    private int count;

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public ObjectId blob(String content) {
        return add(Constants.OBJ_BLOB, bytes(content));
    }

    public ObjectId tree(byte[]... entries) {
        var tree = new ByteArrayOutputStream();
        for (byte[] entry : entries) {
            tree.writeBytes(entry);
        }
        return add(Constants.OBJ_TREE, tree.toByteArray());
    }

    public static byte[] entry(String mode, byte[] name, ObjectId id) {
        var entry = new ByteArrayOutputStream();
        entry.writeBytes(bytes(mode + " "));
        entry.writeBytes(name);
        entry.write(0);
        byte[] raw = new byte[20];
        id.copyRawTo(raw, 0);
        entry.writeBytes(raw);
        return entry.toByteArray();
    }

    public static byte[] file(String name, ObjectId id) {
        return entry("100644", bytes(name), id);
    }

    public static byte[] directory(String name, ObjectId id) {
        return entry("40000", bytes(name), id);
    }

    public ObjectId commit(ObjectId tree, String parent) {
        return add(Constants.OBJ_COMMIT, bytes("""
                        tree %s
                        parent %s
                        author Admin <admin@example.org> 1 +0000
                        committer Admin <admin@example.org> 1 +0000

                        as if by the admin
                        """.formatted(tree.name(), parent)));
    }

    public ObjectId commitWithoutParent(ObjectId tree) {
        return add(Constants.OBJ_COMMIT, bytes("""
                        tree %s
                        author Admin <admin@example.org> 1 +0000
                        committer Admin <admin@example.org> 1 +0000

                        from nowhere
                        """.formatted(tree.name())));
    }

    public ObjectId idOf(int type, byte[] content) {
        return ids.idFor(type, content);
    }

    public ObjectId add(int type, byte[] content) {
        header(type, content.length);
        objects.writeBytes(deflated(content));
        count++;
        return ids.idFor(type, content);
    }

    /** A delta against an object by its id. */
    public void delta(ObjectId base, byte[] delta) {
        header(Constants.OBJ_REF_DELTA, delta.length);
        byte[] raw = new byte[20];
        base.copyRawTo(raw, 0);
        objects.writeBytes(raw);
        objects.writeBytes(deflated(delta));
        count++;
    }

    /** An object whose header says another size than its content has. */
    public void lying(int type, long size, byte[] content) {
        header(type, size);
        objects.writeBytes(deflated(content));
        count++;
    }

    public byte[] bytes() {
        return bytes(count);
    }

    public byte[] bytes(int claimedObjects) {
        var pack = new ByteArrayOutputStream();
        pack.writeBytes(bytes("PACK"));
        pack.writeBytes(ByteBuffer.allocate(8).putInt(2).putInt(claimedObjects).array());
        pack.writeBytes(objects.toByteArray());
        pack.writeBytes(sha("SHA-1", pack.toByteArray()));
        return pack.toByteArray();
    }

    public static byte[] sha(String algorithm, byte[] content) {
        try {
            return MessageDigest.getInstance(algorithm).digest(content);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private void header(int type, long size) {
        long rest = size >>> 4;
        objects.write((int) ((rest > 0 ? 0x80 : 0) | type << 4 | (size & 15)));
        while (rest > 0) {
            objects.write((int) ((rest > 127 ? 0x80 : 0) | (rest & 127)));
            rest >>>= 7;
        }
    }

    private static byte[] deflated(byte[] content) {
        var deflater = new Deflater();
        deflater.setInput(content);
        deflater.finish();
        var out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return out.toByteArray();
    }
}
