package dev.millrace.standalone.forge;

import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import tools.jackson.databind.node.ObjectNode;

/** Writes a repository's commits as Gitea does; people are known by their addresses. */
final class CommitShapes {
    private final String api;
    private final String page;
    private final Ledger ledger;

    CommitShapes(String api, String page, Ledger ledger) {
        this.api = api;
        this.page = page;
        this.ledger = ledger;
    }

    /** A commit as a push's payload has it. */
    ObjectNode pushed(RevCommit commit, Changes.Paths paths) {
        var shape = Shapes.object()
                .put("id", commit.name())
                .put("message", commit.getFullMessage())
                .put("url", page + "/commit/" + commit.name());
        shape.set("author", person(commit.getAuthorIdent()));
        shape.set("committer", person(commit.getCommitterIdent()));
        shape.putNull("verification")
                .put("timestamp", Shapes.time(commit.getAuthorIdent().getWhenAsInstant()));
        paths.added().forEach(shape.putArray("added")::add);
        paths.removed().forEach(shape.putArray("removed")::add);
        paths.modified().forEach(shape.putArray("modified")::add);
        return shape;
    }

    /** A commit as the API has it. */
    ObjectNode commit(RevCommit commit) {
        String url = api + "/git/commits/" + commit.name();
        var shape = Shapes.object()
                .put("url", url)
                .put("sha", commit.name())
                .put("created", Shapes.time(commit.getCommitterIdent().getWhenAsInstant()))
                .put("html_url", page + "/commit/" + commit.name());
        var inner = shape.putObject("commit").put("url", url).put("message", commit.getFullMessage());
        inner.set("author", signed(commit.getAuthorIdent()));
        inner.set("committer", signed(commit.getCommitterIdent()));
        shape.putNull("author").putNull("committer");
        var parents = shape.putArray("parents");
        for (var parent : commit.getParents()) {
            parents.addObject().put("sha", parent.name());
        }
        return shape;
    }

    private static ObjectNode signed(PersonIdent person) {
        return Shapes.object()
                .put("name", person.getName())
                .put("email", person.getEmailAddress())
                .put("date", Shapes.time(person.getWhenAsInstant()));
    }

    private ObjectNode person(PersonIdent person) {
        String login = ledger.accounts().stream()
                .filter(account -> account.email().equalsIgnoreCase(person.getEmailAddress()))
                .map(Ledger.Account::login)
                .findFirst()
                .orElse("");
        return Shapes.object()
                .put("name", person.getName())
                .put("email", person.getEmailAddress())
                .put("username", login);
    }
}
