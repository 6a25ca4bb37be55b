package dev.millrace.standalone.forge;

import com.sun.net.httpserver.HttpExchange;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.standalone.forge.Ledger.Issue;
import dev.millrace.standalone.forge.Ledger.Repo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.TreeWalk;

/** What a person sees of the public repositories: one page each for home, repository, issue and pull request. */
final class Pages {
    private static final Pattern REPO = Pattern.compile("/([^/]+)/([^/]+)");
    private static final Pattern ISSUE = Pattern.compile("/([^/]+)/([^/]+)/(?:issues|pulls)/(\\d{1,18})(\\.diff)?");
    private static final int MOST_FILES = 500;

    private final Parts parts;

    Pages(Parts parts) {
        this.parts = parts;
    }

    void handle(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("GET")) {
            Http.text(exchange, 405, "this is a page to read");
            return;
        }
        String path = exchange.getRequestURI().getPath();
        var issue = ISSUE.matcher(path);
        var repo = REPO.matcher(path);
        Optional<String> page = Optional.empty();
        if (path.equals("/")) {
            page = Optional.of(home());
        } else if (repo.matches()) {
            page = find(repo.group(1), repo.group(2)).map(this::repository);
        } else if (issue.matches()) {
            long number = Long.parseLong(issue.group(3));
            var found = find(issue.group(1), issue.group(2));
            if (issue.group(4) != null) {
                diff(
                        exchange,
                        found.flatMap(r -> parts.ledger().issue(r, number).map(i -> diff(r, i))));
                return;
            }
            page = found.flatMap(r -> parts.ledger().issue(r, number).map(i -> issue(r, i)));
        }
        exchange.getResponseHeaders().set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        String html = page.orElseGet(() ->
                new Html("Not found").raw("<h1>There is no such page</h1>").done());
        Http.send(
                exchange,
                page.isPresent() ? 200 : 404,
                "text/html;charset=utf-8",
                html.getBytes(StandardCharsets.UTF_8));
    }

    private static void diff(HttpExchange exchange, Optional<String> diff) throws IOException {
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        Http.text(exchange, diff.isPresent() ? 200 : 404, diff.orElse("Not found"));
    }

    private Optional<Repo> find(String owner, String name) {
        try {
            return parts.ledger().repo(new RepoId(owner, name)).filter(repo -> !repo.hidden());
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private String home() {
        var page = new Html("Practice forge").raw("<h1>Repositories</h1><ul>");
        for (var repo : parts.ledger().repos()) {
            if (!repo.hidden()) {
                page.raw("<li>")
                        .link("/" + repo.repoId(), repo.repoId().toString())
                        .raw("</li>");
            }
        }
        return page.raw("</ul>").done();
    }

    private String repository(Repo repo) {
        var page = new Html(repo.repoId().toString())
                .raw("<h1>")
                .text(repo.repoId().toString())
                .raw("</h1>");
        page.raw("<p><code>git clone ")
                .text(parts.base() + "/" + repo.repoId() + ".git")
                .raw("</code></p>");
        list(page, repo, "Issues", false);
        list(page, repo, "Pull requests", true);
        try (var git = parts.git(repo)) {
            page.raw("<h2>Branches</h2><ul>");
            for (var ref : git.getRefDatabase().getRefsByPrefix(Constants.R_HEADS)) {
                page.raw("<li><code>")
                        .text(ref.getName().substring(Constants.R_HEADS.length()))
                        .raw("</code></li>");
            }
            page.raw("</ul><h2>Files</h2>");
            var head = Repositories.branch(git, repo.defaultBranch());
            if (head.isPresent()) {
                files(page, git, head.get());
            } else {
                page.raw("<p class=\"note\">Nothing was pushed yet.</p>");
            }
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
        return page.done();
    }

    private static void files(Html page, Repository git, ObjectId commit) throws IOException {
        page.raw("<ul>");
        try (var walk = new TreeWalk(git);
                var commits = new org.eclipse.jgit.revwalk.RevWalk(git)) {
            walk.addTree(commits.parseCommit(commit).getTree());
            walk.setRecursive(true);
            for (int shown = 0; shown < MOST_FILES && walk.next(); shown++) {
                page.raw("<li><code>").text(walk.getPathString()).raw("</code></li>");
            }
        }
        page.raw("</ul>");
    }

    private void list(Html page, Repo repo, String title, boolean pulls) {
        page.raw("<h2>").text(title).raw("</h2><ul>");
        parts.ledger()
                .issuesOf(repo)
                .filter(issue -> (issue.pull() != null) == pulls)
                .forEach(issue -> {
                    page.raw("<li>").link(path(repo, issue), "#" + issue.number() + " " + issue.title());
                    page.raw(" <span class=\"note\">")
                            .text(issue.open() ? "open" : "closed")
                            .raw("</span></li>");
                });
        page.raw("</ul>");
    }

    private static String path(Repo repo, Issue issue) {
        return "/%s/%s/%d".formatted(repo.repoId(), issue.pull() == null ? "issues" : "pulls", issue.number());
    }

    private String issue(Repo repo, Issue issue) {
        var page = new Html(issue.title() + " · " + repo.repoId());
        page.raw("<p class=\"note\">")
                .link("/" + repo.repoId(), repo.repoId().toString())
                .raw("</p><h1>");
        page.text(issue.title())
                .raw(" <span class=\"note\">#")
                .text(issue.number())
                .raw("</span></h1><p>");
        page.raw("<span class=\"tag\">").text(issue.open() ? "open" : "closed").raw("</span>");
        parts.ledger()
                .labelsOf(issue)
                .forEach(label ->
                        page.raw(" <span class=\"tag\">").text(label.name()).raw("</span>"));
        page.raw("</p>");
        said(page, issue.author(), issue.body());
        parts.ledger().comments(issue).forEach(comment -> said(page, comment.author(), comment.body()));
        var pull = issue.pull();
        if (pull != null) {
            page.raw("<p>From <code>")
                    .text(pull.head())
                    .raw("</code> into <code>")
                    .text(pull.base())
                    .raw("</code></p>");
            statuses(page, repo, issue);
            diffOf(page, diff(repo, issue));
        }
        return page.done();
    }

    private static void said(Html page, String who, String what) {
        page.raw("<div class=\"card\"><p class=\"note\">")
                .text(who)
                .raw("</p><pre>")
                .text(what)
                .raw("</pre></div>");
    }

    private void statuses(Html page, Repo repo, Issue issue) {
        try (var git = parts.git(repo)) {
            String head = Repositories.resolve(git, PullShape.headRef(issue))
                    .map(ObjectId::name)
                    .orElse("");
            for (var status : parts.ledger().statuses()) {
                if (status.repo() == repo.id() && status.commit().equals(head)) {
                    page.raw("<p><span class=\"tag\">").text(status.state()).raw("</span> ");
                    page.text(status.context() + ": " + status.description()).raw("</p>");
                }
            }
        }
    }

    private String diff(Repo repo, Issue issue) {
        var pull = issue.pull();
        try (var git = parts.git(repo)) {
            return Repositories.resolve(git, PullShape.headRef(issue))
                    .filter(_ -> pull != null)
                    .map(head -> pull == null ? "" : Changes.diff(git, ObjectId.fromString(pull.mergeBase()), head))
                    .orElse("");
        }
    }

    private static void diffOf(Html page, String diff) {
        page.raw("<div class=\"card diff\">");
        diff.lines().forEach(line -> {
            String kind = line.isEmpty()
                    ? ""
                    : switch (line.charAt(0)) {
                        case '+' -> "add";
                        case '-' -> "del";
                        case '@', 'd', 'i' -> "hunk";
                        default -> "";
                    };
            page.raw("<span class=\"").raw(kind).raw("\">").text(line).raw("</span>");
        });
        page.raw("</div>");
    }
}
