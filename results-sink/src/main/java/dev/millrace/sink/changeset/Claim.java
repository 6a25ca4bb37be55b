package dev.millrace.sink.changeset;

import dev.millrace.schemas.avro.Changeset;
import dev.millrace.schemas.avro.ChangesetPointer;
import dev.millrace.schemas.avro.TaskOutcome;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** What the accepted outcome says that the changeset is. */
public record Claim(String taskId, int attempt, String baseCommit, String sha256, long bytes) {

    public static Claim of(TaskOutcome outcome, ChangesetPointer pointer) {
        return new Claim(
                outcome.getTaskId(),
                outcome.getAttempt(),
                outcome.getBaseCommit(),
                pointer.getSha256(),
                pointer.getBytes());
    }

    /** Why the changeset is not the claimed one; empty where it is. */
    Optional<String> contradiction(Changeset changeset) {
        if (!changeset.getTaskId().equals(taskId) || changeset.getAttempt() != attempt) {
            return Optional.of("The stored changes belong to another task or attempt.");
        }
        if (!changeset.getBaseCommit().equals(baseCommit)) {
            return Optional.of("The changes build on another commit than the one that was given.");
        }
        ByteBuffer pack = changeset.getPack();
        if (pack.remaining() != bytes || !sha256(pack.duplicate()).equals(sha256)) {
            return Optional.of("The stored changes are not the ones that the worker reported (length or SHA-256).");
        }
        return Optional.empty();
    }

    private static String sha256(ByteBuffer bytes) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
