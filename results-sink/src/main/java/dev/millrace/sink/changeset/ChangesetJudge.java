package dev.millrace.sink.changeset;

import dev.millrace.schemas.avro.Changeset;
import java.io.IOException;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Decides whether what came out of a sandbox may be proposed to people. Trusts nothing in it, runs nothing of it, checks
 * nothing out. Thread-safe; takes memory in the order of {@code max-pack} plus {@code max-inflated}.
 */
public final class ChangesetJudge {
    private static final Pattern COMMIT_ID = Pattern.compile("[0-9a-f]{40}");

    private final ChangesetProperties limits;

    public ChangesetJudge(ChangesetProperties limits) {
        this.limits = limits;
    }

    /**
     * Judges the changeset, leaving its objects in the quarantine.
     *
     * @param quarantine over the repository that has the base
     * @throws IOException if this machine's disk, not the changeset, is at fault
     */
    public Verdict judge(Claim claim, Changeset changeset, Quarantine quarantine) throws IOException {
        try {
            var contradiction = claim.contradiction(changeset);
            if (contradiction.isPresent()) {
                return Verdict.Refused.because(contradiction.get());
            }
            byte[] pack = new byte[changeset.getPack().remaining()];
            changeset.getPack().duplicate().get(pack);
            PackScan.check(pack, limits);
            new PackIntake(limits).take(pack, quarantine.repository());

            ObjectId base = tree(quarantine.repository(), "base", changeset.getBaseCommit());
            ObjectId head = tree(quarantine.repository(), "head", changeset.getHeadCommit());
            return new TreeComparison(quarantine.repository(), limits).compare(base, head);
        } catch (PackRefused refused) {
            return Verdict.Refused.because(String.valueOf(refused.getMessage()));
        }
    }

    private static ObjectId tree(Repository repository, String what, String id) throws PackRefused, IOException {
        if (!COMMIT_ID.matcher(id).matches()) {
            throw new PackRefused("The changes name no %s commit.".formatted(what));
        }
        try (var walk = new RevWalk(repository)) {
            RevCommit commit = walk.parseCommit(ObjectId.fromString(id));
            return commit.getTree().copy();
        } catch (MissingObjectException | IncorrectObjectTypeException absent) {
            throw new PackRefused("The %s commit %s is not there.".formatted(what, id.substring(0, 10)));
        }
    }
}
