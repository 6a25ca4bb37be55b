package dev.millrace.sink.changeset;

import dev.millrace.sink.secret.Finding;
import dev.millrace.sink.secret.Secrets;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;

/** Looks into the files that change. */
final class Contents {
    /** Larger ones are read piece by piece. */
    private static final int AT_ONCE = 1 << 20;

    private final Quarantine quarantine;
    private final Secrets secrets;

    Contents(Quarantine quarantine, Secrets secrets) {
        this.quarantine = quarantine;
        this.secrets = secrets;
    }

    /**
     * That there is such a file. The pack need not bring it: it may be the base's, under another name.
     *
     * @throws org.eclipse.jgit.errors.MissingObjectException if not
     * @throws org.eclipse.jgit.errors.IncorrectObjectTypeException if it is none
     */
    void require(ObjectId blob) throws IOException {
        try (var reader = reader()) {
            reader.open(blob, Constants.OBJ_BLOB);
        }
    }

    /** Secrets that are in the file, and were not in what it was before; none where the repository has the very file. */
    List<Finding> secretsNewIn(ObjectId blob, ObjectId before) throws IOException {
        if (!quarantine.brings(blob)) {
            return List.of();
        }
        List<Finding> found = secretsIn(blob);
        if (found.isEmpty() || before.equals(ObjectId.zeroId())) {
            return found;
        }
        Set<String> known = secretsIn(before).stream().map(Finding::fingerprint).collect(Collectors.toSet());
        return found.stream()
                .filter(finding -> !known.contains(finding.fingerprint()))
                .toList();
    }

    private List<Finding> secretsIn(ObjectId blob) throws IOException {
        try (var reader = reader();
                var content = reader.open(blob, Constants.OBJ_BLOB).openStream()) {
            return secrets.in(content);
        }
    }

    private ObjectReader reader() {
        var reader = quarantine.repository().newObjectReader();
        reader.setStreamFileThreshold(AT_ONCE);
        return reader;
    }
}
