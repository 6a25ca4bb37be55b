package dev.millrace.worker.workspace;

import java.io.IOException;

/** The change cannot be taken: the agent's doing. */
@SuppressWarnings("serial") // never leaves this package
final class ChangeRefused extends IOException {
    private final Change change;

    ChangeRefused(Change change) {
        super(change.toString());
        this.change = change;
    }

    ChangeRefused(String reason) {
        this(new Change.Unreadable(reason));
    }

    Change change() {
        return change;
    }
}
