package dev.millrace.gitea;

import dev.millrace.schemas.id.RepoId;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@link Gitea} over HTTP, for Gitea 1.15 and later and for Forgejo. Calls block, well on virtual threads; each ends
 * within the timeout it was made with, times the pages of a listing. Closing it ends its threads and open calls.
 */
public final class GiteaClient implements Gitea, AutoCloseable {
    private static final Set<String> WRITERS = Set.of("write", "admin", "owner");
    private static final Pattern LOGIN = Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_])?");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    private final ForgeAddress address;
    private final Exchange exchange;
    private final Pages pages;
    private final PullRequestSearch pulls;
    private final GiteaHistory history;
    private final @Nullable String bot;

    private GiteaClient(URI base, ForgeToken token, Duration timeout, @Nullable String bot) {
        this.address = new ForgeAddress(base);
        this.exchange = new Exchange(token, timeout);
        this.pages = new Pages(exchange);
        this.pulls = new PullRequestSearch(exchange, address, pages);
        this.history = new HistoryReader(exchange, address, pages);
        this.bot = bot;
    }

    /**
     * Reads the token; asks the forge nothing yet.
     *
     * @throws IllegalArgumentException naming the key, and the file where it is the token's
     */
    public static GiteaClient connect(GiteaProperties properties) {
        return new GiteaClient(
                properties.url(), ForgeToken.read(properties.tokenFile()), properties.timeout(), properties.bot());
    }

    /** Asks the forge nothing yet. */
    public static GiteaClient connect(URI base, String token, Duration timeout) {
        return new GiteaClient(base, new ForgeToken(token), timeout, null);
    }

    /** Where the login is configured, a token that may not read its own account is no hindrance: id 0, no address. */
    @Override
    public User self() {
        var answer = exchange.get(address.user());
        if (bot == null) {
            return answer.as(GiteaJson.Account.class).toUser();
        }
        if (answer.status() == 403) {
            return new User(0, bot, "");
        }
        var owner = answer.as(GiteaJson.Account.class).toUser();
        return new User(owner.id(), bot, owner.email());
    }

    @Override
    public Optional<Repository> repository(RepoId repo) {
        return exchange.get(address.repo(repo)).ifFound(GiteaJson.Repo.class).map(GiteaJson.Repo::toRepository);
    }

    /** Nobody may write whose name no account can have, and nobody in a repository that is not there. */
    @Override
    public boolean mayWrite(RepoId repo, String login) {
        if (!LOGIN.matcher(login).matches()) {
            return false;
        }
        var answer = exchange.get(address.repo(repo, "collaborators", login, "permission"));
        // 403: the token is no administrator's. 404: no such user, or a Gitea before 1.17 that cannot be asked so.
        if (answer.status() != 403 && answer.status() != 404) {
            String permission = answer.as(GiteaJson.Permission.class).permission();
            return permission != null && WRITERS.contains(permission);
        }
        return exchange.get(address.repo(repo, "assignees")).list(GiteaJson.Account[].class).stream()
                .anyMatch(writer -> login.equalsIgnoreCase(writer.login()));
    }

    @Override
    public Optional<Issue> issue(RepoId repo, long number) {
        return exchange.get(address.repo(repo, "issues", number))
                .ifFound(GiteaJson.Issue.class)
                .map(GiteaJson.Issue::toIssue);
    }

    @Override
    public Optional<Long> labelled(RepoId repo, long number, String label) {
        var newest = new AtomicReference<@Nullable Long>();
        try {
            pages.each(
                    GiteaJson.Event[].class,
                    (page, limit) -> address.listing(page, limit, "", repo, "issues", number, "timeline"),
                    event -> {
                        if (event.adds(label)) {
                            newest.set(event.id());
                        }
                    });
        } catch (ForgeUnavailable unavailable) {
            // Gitea answers 500 for the timeline of an issue that is not there.
            if (issue(repo, number).isEmpty()) {
                return Optional.empty();
            }
            throw unavailable;
        }
        return Optional.ofNullable(newest.get());
    }

    @Override
    public List<Comment> comments(RepoId repo, long number) {
        var answer = exchange.get(address.repo(repo, "issues", number, "comments"));
        refuseIfAbsent(answer, address.repo(repo, "issues", number), "issue %s#%d".formatted(repo, number));
        return Stream.of(answer.as(GiteaJson.Comment[].class))
                .map(GiteaJson.Comment::toComment)
                .toList();
    }

    @Override
    public Comment addComment(RepoId repo, long number, String body) {
        var answer = exchange.post(address.repo(repo, "issues", number, "comments"), new GiteaJson.NewComment(body));
        refuseIfAbsent(answer, address.repo(repo, "issues", number), "issue %s#%d".formatted(repo, number));
        return answer.as(GiteaJson.Comment.class).toComment();
    }

    @Override
    public Comment editComment(RepoId repo, long commentId, String body) {
        return exchange.patch(address.repo(repo, "issues", "comments", commentId), new GiteaJson.NewComment(body))
                .as(GiteaJson.Comment.class)
                .toComment();
    }

    @Override
    public void reactToIssue(RepoId repo, long number, Reaction reaction) {
        exchange.post(address.repo(repo, "issues", number, "reactions"), new GiteaJson.NewReaction(reaction.content()))
                .accept();
    }

    @Override
    public void reactToComment(RepoId repo, long commentId, Reaction reaction) {
        exchange.post(
                        address.repo(repo, "issues", "comments", commentId, "reactions"),
                        new GiteaJson.NewReaction(reaction.content()))
                .accept();
    }

    @Override
    public Optional<PullRequest> pullRequest(RepoId repo, String head, String base) {
        return pulls.newest(repo, head, base).map(pull -> read(repo, pull));
    }

    @Override
    public Optional<PullRequest> pullRequest(RepoId repo, long number) {
        return exchange.get(address.repo(repo, "pulls", number))
                .ifFound(GiteaJson.Pull.class)
                .map(pull -> read(repo, pull));
    }

    /** {@link ForgeRefused} with status 409 says that an open one from that branch to that branch is there already. */
    @Override
    public PullRequest openPullRequest(RepoId repo, NewPullRequest request) {
        var body = new GiteaJson.NewPull(request.title(), request.body(), request.head(), request.base());
        return read(repo, exchange.post(address.repo(repo, "pulls"), body).as(GiteaJson.Pull.class));
    }

    @Override
    public PullRequest editPullRequest(RepoId repo, long number, String title, String body) {
        var answer = exchange.patch(address.repo(repo, "pulls", number), new GiteaJson.PullEdit(title, body));
        return read(repo, answer.as(GiteaJson.Pull.class));
    }

    @Override
    public void setStatus(RepoId repo, String commit, CommitStatus status) {
        if (!COMMIT.matcher(commit).matches()) {
            throw new IllegalArgumentException("not a commit's whole id: '%s'".formatted(commit));
        }
        var body = new GiteaJson.NewStatus(
                status.state().name().toLowerCase(Locale.ROOT), status.context(), status.description(), status.page());
        var answer = exchange.post(address.repo(repo, "statuses", commit), body);
        refuseIfAbsent(answer, address.repo(repo, "git", "commits", commit), "commit %s in %s".formatted(commit, repo));
        answer.accept();
    }

    @Override
    public URI gitUrl(RepoId repo) {
        return address.git(repo);
    }

    @Override
    public void close() {
        exchange.close();
    }

    /** The same forge's past. */
    public GiteaHistory history() {
        return history;
    }

    /** The page is built from the configured address: what a forge says of its own address may lead anywhere. */
    private PullRequest read(RepoId repo, GiteaJson.Pull pull) {
        return pull.toPullRequest(address.page(repo, "pulls", pull.number()));
    }

    /** Gitea answers 500 where an issue or a commit is not there, which would be tried again for ever. */
    private void refuseIfAbsent(Answer answer, URI thing, String name) {
        if (answer.status() == 500 && exchange.get(thing).status() == 404) {
            throw new ForgeRefused(404, "there is no %s".formatted(name));
        }
    }
}
