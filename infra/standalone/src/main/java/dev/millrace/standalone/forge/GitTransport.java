package dev.millrace.standalone.forge;

import com.sun.net.httpserver.HttpExchange;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.standalone.forge.Ledger.Account;
import dev.millrace.standalone.forge.Ledger.Repo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;
import org.jspecify.annotations.Nullable;

/** Git's smart HTTP protocol over JGit: the advertisement of references, fetches and pushes. */
final class GitTransport {
    private static final Pattern PATH =
            Pattern.compile("/([^/]+)/([^/]+?)\\.git/(info/refs|git-upload-pack|git-receive-pack)");
    private static final String FETCH = "git-upload-pack";
    private static final String PUSH = "git-receive-pack";
    private static final int SILENCE_SECONDS = (int) Duration.ofSeconds(60).toSeconds();
    private static final long MOST_OBJECT = 64L << 20;
    private static final long MOST_PACK = 512L << 20;

    private final Parts parts;
    private final PushRules rules;

    GitTransport(Parts parts, PushRules rules) {
        this.parts = parts;
        this.rules = rules;
    }

    static boolean handles(String path) {
        return PATH.matcher(path).matches();
    }

    void handle(HttpExchange exchange) throws IOException {
        var path = PATH.matcher(exchange.getRequestURI().getPath());
        if (!path.matches()) {
            Http.text(exchange, 404, "Repository not found");
            return;
        }
        boolean advertise = path.group(3).equals("info/refs");
        String service = advertise ? Http.query(exchange).getOrDefault("service", "") : path.group(3);
        boolean method = exchange.getRequestMethod().equals(advertise ? "GET" : "POST");
        if (!method || !(service.equals(FETCH) || service.equals(PUSH))) {
            Http.text(exchange, method ? 403 : 405, "only smart git over HTTP is spoken here");
            return;
        }
        Optional<Account> account;
        try {
            account = Credentials.account(parts.ledger(), exchange.getRequestHeaders());
        } catch (Credentials.Wrong _) {
            unauthorized(exchange);
            return;
        }
        var repo = find(path.group(1), path.group(2));
        boolean push = service.equals(PUSH);
        if (account.isEmpty() && (push || repo.isEmpty() || repo.get().hidden())) {
            unauthorized(exchange);
        } else if (repo.isEmpty() || !repo.get().of(account.orElse(null)).includes(Access.READ)) {
            Http.text(exchange, 404, "Repository not found");
        } else if (push && repo.get().archived()) {
            Http.text(
                    exchange,
                    403,
                    "This repo is archived. You can view files and clone it, but cannot push or open issues/pull-requests.");
        } else {
            serve(exchange, repo.get(), account.orElse(null), service, advertise);
        }
    }

    private Optional<Repo> find(String owner, String name) {
        try {
            return parts.ledger().repo(new RepoId(owner, name));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Whoever may read gets this far with a push, too; as in Gitea, the rules for pushes refuse it, not HTTP. */
    private void serve(HttpExchange exchange, Repo repo, @Nullable Account account, String service, boolean advertise)
            throws IOException {
        var headers = exchange.getResponseHeaders();
        headers.set("Expires", "Fri, 01 Jan 1980 00:00:00 GMT");
        headers.set("Pragma", "no-cache");
        headers.set("Cache-Control", "no-cache, max-age=0, must-revalidate");
        headers.set("Content-Type", "application/x-%s-%s".formatted(service, advertise ? "advertisement" : "result"));
        try (var git = parts.git(repo);
                var in = body(exchange)) {
            exchange.sendResponseHeaders(200, 0);
            try (var out = exchange.getResponseBody()) {
                var refs = new PacketLineOutRefAdvertiser(new PacketLineOut(out));
                if (service.equals(FETCH)) {
                    var fetch = fetch(git, exchange);
                    if (advertise) {
                        fetch.sendAdvertisedRefs(refs, service);
                    } else {
                        fetch.upload(in, out, null);
                    }
                } else if (account != null) {
                    var push = push(git, repo, account);
                    if (advertise) {
                        var lines = new PacketLineOut(out);
                        lines.writeString("# service=" + service + "\n");
                        lines.end();
                        push.sendAdvertisedRefs(refs);
                    } else {
                        push.receive(in, out, null);
                    }
                }
            }
        }
    }

    private static UploadPack fetch(Repository git, HttpExchange exchange) {
        var fetch = new UploadPack(git);
        fetch.setBiDirectionalPipe(false);
        fetch.setTimeout(SILENCE_SECONDS);
        String protocol = exchange.getRequestHeaders().getFirst("Git-Protocol");
        if (protocol != null) {
            fetch.setExtraParameters(List.of(protocol.split(":", -1)));
        }
        return fetch;
    }

    private ReceivePack push(Repository git, Repo repo, Account account) {
        var push = new ReceivePack(git);
        push.setBiDirectionalPipe(false);
        push.setTimeout(SILENCE_SECONDS);
        push.setCheckReceivedObjects(true);
        push.setMaxObjectSizeLimit(MOST_OBJECT);
        push.setMaxPackSizeLimit(MOST_PACK);
        push.setPreReceiveHook((pack, commands) -> rules.before(repo, account, pack, commands));
        push.setPostReceiveHook((_, commands) -> rules.after(repo, git, account, commands));
        return push;
    }

    private static InputStream body(HttpExchange exchange) throws IOException {
        String encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
        return "gzip".equals(encoding) ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody();
    }

    private static void unauthorized(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"Gitea\"");
        Http.send(exchange, 401, "text/plain;charset=utf-8", "Unauthorized\n".getBytes(StandardCharsets.UTF_8));
    }
}
