package dev.millrace.sink.changeset;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.Repository;

/** Takes a scanned pack into the quarantine, each object strictly checked. */
final class PackIntake {
    private final ChangesetProperties limits;
    private final Set<Rule> rules;

    PackIntake(ChangesetProperties limits, Set<Rule> rules) {
        this.limits = limits;
        this.rules = rules;
    }

    /**
     * Passes if every object is well-formed and in the quarantine.
     *
     * @throws IOException if the disk, not the pack, is at fault
     */
    void take(byte[] pack, Repository quarantine) throws PackRefused, IOException {
        try (var inserter = quarantine.newObjectInserter()) {
            var parser = inserter.newPackParser(new ByteArrayInputStream(pack));
            parser.setAllowThin(false);
            if (rules.contains(Rule.SIZES)) {
                parser.setMaxObjectSizeLimit(limits.maxObject().toBytes());
            }
            if (rules.contains(Rule.OBJECTS)) {
                parser.setObjectChecker(checker());
            }
            parser.parse(NullProgressMonitor.INSTANCE);
            inserter.flush();
        } catch (CorruptObjectException | MissingObjectException | TransportException | EOFException refused) {
            throw malformed(refused);
        } catch (IOException unclear) {
            // JGit tells a broken pack and a full disk by the same type: ask the disk.
            probe(quarantine.getDirectory().toPath(), pack.length, unclear);
            throw malformed(unclear);
        } catch (RuntimeException stumbled) {
            // Deltas that reach out of their base make JGit's parser stumble so.
            throw malformed(stumbled);
        }
    }

    private ObjectChecker checker() {
        return new ObjectChecker()
                .setAllowInvalidPersonIdent(false)
                .setAllowLeadingZeroFileMode(false)
                .setSafeForMacOS(limits.portableNames())
                .setSafeForWindows(limits.portableNames());
    }

    private static void probe(Path directory, int bytes, IOException cause) throws IOException {
        Path probe = directory.resolve("probe");
        try {
            Files.write(probe, new byte[bytes]);
            Files.delete(probe);
        } catch (IOException disk) {
            disk.addSuppressed(cause);
            throw disk;
        }
    }

    private static PackRefused malformed(Exception how) {
        return new PackRefused(
                "The changes hold a malformed object: %s.".formatted(ShownPath.of(String.valueOf(how.getMessage()))));
    }
}
