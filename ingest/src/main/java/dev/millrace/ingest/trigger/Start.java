package dev.millrace.ingest.trigger;

import dev.millrace.gitea.GiteaHistory.Branches;
import java.util.Optional;

/** Where the work on a wish starts, and so where its result goes. */
sealed interface Start {
    /** The default branch. */
    record Default() implements Start {}

    /** A branch of people's: the result is proposed to it, never pushed there. */
    record Onto(String branch) implements Start {}

    /** A branch of the bot's own, which the result continues. */
    record Continue(String branch) implements Start {}

    /** The pull request's branch is in another repository, where the bot can neither push nor propose. */
    record Elsewhere() implements Start {}

    /** How the bot's own branches are called. */
    String OWN = "millrace/";

    /**
     * Where it starts.
     *
     * @param branches of the pull request; empty for an issue
     */
    static Start of(Optional<Branches> branches, String bot) {
        return branches.<Start>map(pull -> {
                    if (!pull.open()) {
                        return new Onto(pull.base());
                    }
                    if (!pull.within()) {
                        return new Elsewhere();
                    }
                    return pull.author().equalsIgnoreCase(bot) && pull.head().startsWith(OWN)
                            ? new Continue(pull.head())
                            : new Onto(pull.head());
                })
                .orElseGet(Default::new);
    }
}
