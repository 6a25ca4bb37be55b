package dev.millrace.sink.delivery;

import dev.millrace.schemas.avro.TaskOutcome;
import java.io.IOException;
import java.time.ZoneOffset;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;

/** The one commit that stands for a task: nothing of the agent's commits but the tree, so the same outcome is the same. */
final class BotCommit {
    private final String name;
    private final String email;
    private final ProposalText text;

    BotCommit(String name, String email, ProposalText text) {
        this.name = name;
        this.email = email;
        this.text = text;
    }

    ObjectId write(Repository repository, TaskOutcome outcome, ObjectId base, ObjectId tree) throws IOException {
        var bot = new PersonIdent(name, email, outcome.getEndedAt(), ZoneOffset.UTC);
        var commit = new CommitBuilder();
        commit.setParentId(base);
        commit.setTreeId(tree);
        commit.setAuthor(bot);
        commit.setCommitter(bot);
        commit.setMessage(text.message(outcome));
        try (var inserter = repository.newObjectInserter()) {
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            return id;
        }
    }
}
