package dev.millrace.worker.workspace;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Set;
import java.util.zip.DeflaterOutputStream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.transport.PackParser;
import org.eclipse.jgit.util.NB;

/** A git pack in the making, in memory and bounded, that takes each object once and none that is known. */
final class NewPack extends ObjectInserter {
    private static final int HEADER = 12;

    private final Set<ObjectId> have;
    private final int limit;
    private final ByteArrayOutputStream pack = new ByteArrayOutputStream();
    private int objects;

    /**
     * An empty one.
     *
     * @param known what it need not hold; gets what it takes
     * @param limit of the pack, in bytes
     */
    NewPack(Set<ObjectId> known, int limit) {
        this.have = known;
        this.limit = limit;
        pack.writeBytes(new byte[HEADER]);
    }

    /** Opens the same content each time. */
    interface Content {
        InputStream open() throws IOException;
    }

    /**
     * Adds one object if it is new.
     *
     * @throws ChangeRefused if the pack would be larger than the limit
     */
    ObjectId insert(int type, long length, Content content) throws IOException {
        ObjectId id;
        try (InputStream in = content.open()) {
            id = idFor(type, length, in);
        }
        if (have.add(id)) {
            try (InputStream in = content.open()) {
                write(type, length, in);
            }
        }
        return id;
    }

    @Override
    public ObjectId insert(int type, long length, InputStream in) throws IOException {
        byte[] whole = in.readNBytes(Math.toIntExact(length));
        return insert(type, length, () -> new ByteArrayInputStream(whole));
    }

    private void write(int type, long length, InputStream in) throws IOException {
        long rest = length >>> 4;
        pack.write((int) ((rest > 0 ? 0x80 : 0) | (type << 4) | (length & 0xf)));
        for (; rest > 0; rest >>>= 7) {
            pack.write((int) ((rest > 0x7f ? 0x80 : 0) | (rest & 0x7f)));
        }
        var buffer = new byte[8192];
        try (var deflated = new DeflaterOutputStream(pack)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                deflated.write(buffer, 0, count);
                refuseTooLarge();
            }
        }
        refuseTooLarge();
        objects++;
    }

    private void refuseTooLarge() throws ChangeRefused {
        if (pack.size() + Constants.OBJECT_ID_LENGTH > limit) {
            throw new ChangeRefused(new Change.TooLarge(limit));
        }
    }

    byte[] finish() {
        MessageDigest sha1 = Constants.newMessageDigest();
        int length = pack.size();
        pack.writeBytes(new byte[sha1.getDigestLength()]);
        byte[] whole = pack.toByteArray();
        System.arraycopy(Constants.PACK_SIGNATURE, 0, whole, 0, 4);
        NB.encodeInt32(whole, 4, 2);
        NB.encodeInt32(whole, 8, objects);
        sha1.update(whole, 0, length);
        System.arraycopy(sha1.digest(), 0, whole, length, sha1.getDigestLength());
        return whole;
    }

    @Override
    public PackParser newPackParser(InputStream in) {
        throw new UnsupportedOperationException("objects come one by one");
    }

    @Override
    public ObjectReader newReader() {
        throw new UnsupportedOperationException("this is only written");
    }

    @Override
    public void flush() {
        // all is in memory
    }

    @Override
    public void close() {
        // all is in memory
    }
}
