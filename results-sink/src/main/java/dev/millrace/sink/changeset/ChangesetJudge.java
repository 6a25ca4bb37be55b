package dev.millrace.sink.changeset;

import dev.millrace.schemas.avro.Changeset;
import dev.millrace.sink.secret.Secrets;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Decides whether what came out of a sandbox may be proposed to people. Trusts nothing in it, runs nothing of it, rules
 * nothing out. Thread-safe; takes memory in the order of {@code max-pack} plus {@code max-inflated}.
 */
public final class ChangesetJudge {
    private static final Pattern COMMIT_ID = Pattern.compile("[0-9a-f]{40}");

    private final ChangesetProperties limits;
    private final Secrets secrets;
    private final Set<Rule> rules;

    /**
     * Judges by all rules.
     *
     * @param secrets that no changeset may bring
     */
    public ChangesetJudge(ChangesetProperties limits, Secrets secrets) {
        this(limits, secrets, EnumSet.allOf(Rule.class));
    }

    ChangesetJudge(ChangesetProperties limits, Secrets secrets, Set<Rule> rules) {
        this.limits = limits;
        this.secrets = secrets;
        this.rules = EnumSet.copyOf(rules);
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
            if (contradiction.isPresent() && rules.contains(Rule.CLAIM)) {
                return Verdict.Refused.because(contradiction.get());
            }
            byte[] pack = new byte[changeset.getPack().remaining()];
            changeset.getPack().duplicate().get(pack);
            if (rules.contains(Rule.SIZES)) {
                PackScan.check(pack, limits);
            }
            new PackIntake(limits, rules).take(pack, quarantine.repository());

            RevCommit base = commit(quarantine.repository(), "base", changeset.getBaseCommit());
            RevCommit head = commit(quarantine.repository(), "head", changeset.getHeadCommit());
            if (rules.contains(Rule.ANCESTRY)) {
                Ancestry.check(quarantine, head, base);
            }
            return new TreeComparison(quarantine, limits, secrets, rules).compare(base.getTree(), head.getTree());
        } catch (PackRefused refused) {
            return Verdict.Refused.because(String.valueOf(refused.getMessage()));
        }
    }

    private static RevCommit commit(Repository repository, String what, String id) throws PackRefused, IOException {
        if (!COMMIT_ID.matcher(id).matches()) {
            throw new PackRefused("The changes name no %s commit.".formatted(what));
        }
        try (var walk = new RevWalk(repository)) {
            return walk.parseCommit(ObjectId.fromString(id));
        } catch (MissingObjectException | IncorrectObjectTypeException absent) {
            throw new PackRefused("The %s commit %s is not there.".formatted(what, id.substring(0, 10)));
        }
    }
}
