package dev.millrace.worker.sandbox.docker;

import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** What this worker adds to images of one architecture: the static program, and the names of the loopback. */
final class TetherProgram {
    /** Where it lies in a container. */
    static final String PATH = "/.millrace/tether";

    private static final int EXECUTABLE = 0755;
    private static final int READABLE = 0644;

    /** Docker writes none for a container without a network, and programs look for {@code localhost} in it. */
    private static final byte[] HOSTS = "127.0.0.1 localhost sandbox\n".getBytes(StandardCharsets.US_ASCII);

    /** Made of all above. */
    private static final Map<String, TetherProgram> ALL = all();

    private final byte[] archive;
    private final String version;

    private TetherProgram(byte[] program) {
        archive = archive(program);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(archive);
            version = HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * @param architecture as Docker calls it, such as {@code amd64}
     * @throws SandboxUnavailable if this worker has none for it
     */
    static TetherProgram of(String architecture) {
        var program = ALL.get(architecture);
        if (program == null) {
            throw new SandboxUnavailable(
                    "this worker has no tether for images of architecture '%s', only for %s: build Millrace there"
                            .formatted(architecture, ALL.keySet()));
        }
        return program;
    }

    /** Versions of all that this worker brings. */
    static Set<String> versions() {
        return ALL.values().stream().map(TetherProgram::version).collect(Collectors.toUnmodifiableSet());
    }

    private static Map<String, TetherProgram> all() {
        var all = new TreeMap<String, TetherProgram>();
        for (String architecture : List.of("amd64", "arm64")) {
            String resource = "/dev/millrace/worker/sandbox/tether/linux-%s/tether".formatted(architecture);
            try (InputStream in = TetherProgram.class.getResourceAsStream(resource)) {
                if (in != null) {
                    all.put(architecture, new TetherProgram(in.readAllBytes()));
                }
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        return all;
    }

    /** Differs wherever what is added does. */
    String version() {
        return version;
    }

    /** All of it in its place, as what {@code docker cp} takes for the root directory. */
    byte[] archive() {
        return archive.clone();
    }

    private static byte[] archive(byte[] program) {
        var archive = new ByteArrayOutputStream(program.length + 4096);
        try (var tar = new TarArchiveOutputStream(archive)) {
            String path = PATH.substring(1);
            put(tar, path.substring(0, path.indexOf('/') + 1), EXECUTABLE, new byte[0]);
            put(tar, path, EXECUTABLE, program);
            put(tar, "etc/hosts", READABLE, HOSTS);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return archive.toByteArray();
    }

    private static void put(TarArchiveOutputStream tar, String path, int mode, byte[] content) throws IOException {
        var entry = new TarArchiveEntry(path);
        entry.setMode(mode);
        entry.setSize(content.length);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
