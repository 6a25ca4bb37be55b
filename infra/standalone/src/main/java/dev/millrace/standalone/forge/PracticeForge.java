package dev.millrace.standalone.forge;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.standalone.forge.Ledger.Account;
import dev.millrace.standalone.forge.Ledger.Label;
import dev.millrace.standalone.forge.Ledger.Repo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A forge on the loopback interface for demos and tests. What it knows is kept in its directory, so that the next one
 * started there knows it, too. Thread-safe.
 */
public final class PracticeForge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PracticeForge.class);

    private final HttpServer server;
    private final ExecutorService threads;
    private final Parts parts;
    private final IssueActs issues;
    private final Api api;
    private final GitTransport git;
    private final Pages pages;

    private PracticeForge(HttpServer server, Path dir, InstantSource clock) {
        this.server = server;
        this.threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("practice-forge-", 0).factory());
        var base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        this.parts = new Parts(base, new Store(dir), new Repositories(dir), new Webhooks(), clock);
        var notices = new Notices(parts);
        this.issues = new IssueActs(parts, notices);
        var pulls = new PullActs(parts, notices, issues);
        this.api = new Api(parts, notices, issues, pulls);
        this.git = new GitTransport(parts, new PushRules(parts, notices, pulls));
        this.pages = new Pages(parts);
    }

    /**
     * Starts a forge, or goes on with the one that is kept there. One at a time per directory.
     *
     * @param port to listen on at 127.0.0.1; 0 for any free one
     * @throws IOException where the directory cannot be made or the port is taken
     */
    public static PracticeForge start(Path dir, int port) throws IOException {
        return start(dir, port, InstantSource.system());
    }

    static PracticeForge start(Path dir, int port, InstantSource clock) throws IOException {
        Files.createDirectories(dir);
        var loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        var server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
        try {
            var forge = new PracticeForge(server, dir, clock);
            server.setExecutor(forge.threads);
            server.createContext("/", forge::handle);
            server.start();
            forge.parts.webhooks().start();
            return forge;
        } catch (RuntimeException failed) {
            server.stop(0);
            throw failed;
        }
    }

    /** Where it listens; also the root of the API, of git and of the pages. */
    public URI url() {
        return parts.base();
    }

    /** Whether the repository is there, as after a restart. */
    public boolean has(RepoId repo) {
        return parts.ledger().repo(repo).isPresent();
    }

    /** Adds an account that signs in with the token. Logins and tokens are unique. */
    public void createAccount(String login, String token) {
        parts.store().alone(() -> {
            var ledger = parts.ledger();
            if (ledger.account(login).isPresent()
                    || ledger.accounts().stream().anyMatch(a -> a.token().equals(token))) {
                throw new IllegalArgumentException("there is an account '%s' or of its token already".formatted(login));
            }
            String email = login.toLowerCase(Locale.ROOT) + "@example.com";
            return parts.store().put(new Account(Ledger.nextId(ledger.accounts()), login, email, token, parts.now()));
        });
    }

    /**
     * Adds a public repository of an account that is there.
     *
     * @param files of the first commit, content by path; none leaves the repository empty
     */
    public void createRepository(RepoId id, Map<String, String> files) {
        var owner = account(id.owner());
        parts.store().alone(() -> {
            if (has(id)) {
                throw new IllegalArgumentException("there is a repository %s already".formatted(id));
            }
            parts.repositories().create(id, "main", files, owner.login(), owner.email(), parts.now());
            return parts.store()
                    .put(new Repo(
                            Ledger.nextId(parts.ledger().repos()),
                            owner.login(),
                            id.name(),
                            "main",
                            false,
                            false,
                            false,
                            Map.of(),
                            parts.now()));
        });
    }

    /** Sets what an account may do in a repository beyond reading it. */
    public void allow(RepoId id, String login, Access access) {
        var account = account(login);
        change(id, repo -> {
            var members = new HashMap<>(repo.members());
            members.put(account.login(), access);
            return new Repo(
                    repo.id(),
                    repo.owner(),
                    repo.name(),
                    repo.defaultBranch(),
                    repo.hidden(),
                    repo.archived(),
                    repo.guarded(),
                    Map.copyOf(members),
                    repo.created());
        });
    }

    /** Hides a repository from all but its members, closes it to every change, or its default branch to pushes. */
    public void restrict(RepoId id, boolean hidden, boolean archived, boolean guarded) {
        change(
                id,
                repo -> new Repo(
                        repo.id(),
                        repo.owner(),
                        repo.name(),
                        repo.defaultBranch(),
                        hidden,
                        archived,
                        guarded,
                        repo.members(),
                        repo.created()));
    }

    /** Adds a label to a repository, for its issues to have. */
    public void createLabel(RepoId id, String name, String color) {
        var repo = repo(id);
        parts.store()
                .alone(() -> parts.store()
                        .put(new Label(Ledger.nextId(parts.ledger().labels()), repo.id(), name, color, "")));
    }

    /** Opens an issue as the next free number, which is returned. */
    public long createIssue(RepoId id, String author, String title, String body) {
        return issues.open(repo(id), account(author), title, body, OptionalLong.empty())
                .number();
    }

    /** Opens an issue of that number. */
    public void createIssue(RepoId id, long number, String author, String title, String body) {
        issues.open(repo(id), account(author), title, body, OptionalLong.of(number));
    }

    /** Gives an issue one more label, as that account. */
    public void label(RepoId id, long number, String label, String actor) {
        var repo = repo(id);
        var issue = parts.ledger().issue(repo, number).orElseThrow(() -> unknown("issue " + id + "#" + number));
        var added = parts.ledger().label(repo, label).orElseThrow(() -> unknown("label " + label + " in " + id));
        var labels = new LinkedHashSet<>(issue.labels());
        labels.add(added.id());
        issues.label(repo, issue, account(actor), List.copyOf(labels));
    }

    /** Adds a webhook with a JSON body; the events are named as in Gitea's API. */
    public void createWebhook(RepoId id, URI url, String secret, List<String> events) {
        HookApi.add(parts, repo(id), url, "json", secret, events, true);
    }

    private void change(RepoId id, UnaryOperator<Repo> change) {
        parts.store().alone(() -> parts.store().put(change.apply(repo(id))));
    }

    private Repo repo(RepoId id) {
        return parts.ledger().repo(id).orElseThrow(() -> unknown("repository " + id));
    }

    private Account account(String login) {
        return parts.ledger().account(login).orElseThrow(() -> unknown("account " + login));
    }

    private static IllegalArgumentException unknown(String what) {
        return new IllegalArgumentException("the practice forge knows no " + what);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        try (exchange) {
            try {
                if (path.startsWith(Api.ROOT)) {
                    api.handle(exchange);
                } else if (GitTransport.handles(path)) {
                    git.handle(exchange);
                } else {
                    pages.handle(exchange);
                }
            } catch (RuntimeException failed) {
                LOG.warn("{} {} failed", exchange.getRequestMethod(), path, failed);
                if (exchange.getResponseCode() < 0) {
                    Http.empty(exchange, 500);
                }
            }
        }
    }

    /** Stops listening and ends its threads; webhooks that were not sent yet are lost. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        parts.webhooks().close();
    }
}
