package dev.millrace.sink.changeset;

import java.util.List;
import org.eclipse.jgit.lib.ObjectId;

/** What the judge found. */
public sealed interface Verdict {

    /** The tree may be proposed as it is; it and all that it needs lie in the quarantine or its base. */
    record Accepted(ObjectId tree, List<FileChange> changes) implements Verdict {
        public Accepted {
            changes = List.copyOf(changes);
        }
    }

    /**
     * Nothing of it may be used.
     *
     * @param reasons for a person, at least one, fit to be shown
     */
    record Refused(List<String> reasons) implements Verdict {
        public Refused {
            if (reasons.isEmpty()) {
                throw new IllegalArgumentException("a refusal without a reason");
            }
            reasons = List.copyOf(reasons);
        }

        static Refused because(String reason) {
            return new Refused(List.of(reason));
        }
    }

    /** The result is the base. */
    record Empty() implements Verdict {}

    /** One file that the result holds otherwise than the base. */
    record FileChange(String path, Kind kind) {}

    /** A rename is a deletion and an addition. */
    enum Kind {
        ADDED,
        CHANGED,
        DELETED
    }
}
