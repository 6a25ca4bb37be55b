package dev.millrace.worker.sandbox.docker;

import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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

/** The static program that this worker brings for one architecture. */
final class TetherProgram {
    /** Where it lies in a container. */
    static final String PATH = "/.millrace/tether";

    private static final Map<String, TetherProgram> ALL = all();
    private static final int EXECUTABLE = 0755;

    private final byte[] bytes;
    private final String version;

    private TetherProgram(byte[] bytes) {
        this.bytes = bytes;
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
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

    /** Differs wherever the program does. */
    String version() {
        return version;
    }

    /** The program in its place, as what {@code docker cp} takes for the root directory. */
    byte[] archive() {
        var archive = new ByteArrayOutputStream(bytes.length + 4096);
        try (var tar = new TarArchiveOutputStream(archive)) {
            String path = PATH.substring(1);
            var directory = new TarArchiveEntry(path.substring(0, path.indexOf('/') + 1));
            directory.setMode(EXECUTABLE);
            tar.putArchiveEntry(directory);
            tar.closeArchiveEntry();
            var program = new TarArchiveEntry(path);
            program.setMode(EXECUTABLE);
            program.setSize(bytes.length);
            tar.putArchiveEntry(program);
            tar.write(bytes);
            tar.closeArchiveEntry();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return archive.toByteArray();
    }
}
