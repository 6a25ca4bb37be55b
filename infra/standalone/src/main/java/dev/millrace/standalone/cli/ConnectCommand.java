package dev.millrace.standalone.cli;

import dev.millrace.gitea.ForgeRefused;
import dev.millrace.gitea.GiteaSetup;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.standalone.connect.Connection;
import dev.millrace.standalone.connect.Doors;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a repository's webhook, or sets it right, and tells whether it works. */
@Command(
        name = "connect",
        description = {
            "Gives a repository the webhook that Millrace needs, and tries it. May be",
            "repeated: a webhook to the same address is set right.",
            "",
            "Set  GITEA_URL                  its address",
            "     GITEA_WEBHOOK_SECRET_FILE  a file with the webhook's secret",
            "     GITEA_ADMIN_TOKEN_FILE     a file with a token of somebody who",
            "                                administers the repository, with the",
            "                                scope write:repository",
            "",
            "It listens in Millrace's place while Millrace is not running here."
        },
        mixinStandardHelpOptions = true)
public final class ConnectCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Parameters(paramLabel = "OWNER/REPO", description = "the repository")
    private String repository = "";

    @Option(
            names = "--target",
            paramLabel = "URL",
            description = "what Gitea is to call (default: this machine's address as Gitea sees it)")
    private @Nullable URI target;

    @Option(names = "--port", description = "where Millrace listens on this machine (default: ${DEFAULT-VALUE})")
    private int port = 8090;

    @Option(
            names = "--patience",
            paramLabel = "TIME",
            description = "how long to wait for Gitea's test (default: ${DEFAULT-VALUE})")
    private String patience = "15s";

    @Spec
    private @Nullable CommandSpec spec;

    private final Map<String, String> environment;

    /** With the process's environment. */
    public ConnectCommand() {
        this(System.getenv());
    }

    ConnectCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        var surroundings = new Surroundings(environment);
        RepoId repo = repository();
        Duration limit = Durations.parse("--patience", patience);
        URI url = URI.create(surroundings
                .value("GITEA_URL")
                .orElseThrow(
                        () -> new UserError("set GITEA_URL to your Gitea's address, such as https://git.example.org")));
        String secret = content(surroundings.file(
                "GITEA_WEBHOOK_SECRET_FILE", "the webhook's secret (openssl rand -hex 32 makes one)"));
        String token =
                content(surroundings.file("GITEA_ADMIN_TOKEN_FILE", "a token of somebody who administers " + repo));
        URI called = target == null ? seenFrom(url) : target;
        try (var gitea = GiteaSetup.connect(url, token, TIMEOUT);
                var arrivals = Doors.at(port, secret)) {
            var end = new Connection(gitea, repo, called, secret, arrivals, limit).make();
            tell(repo, called, end, limit);
            return end.works() ? 0 : 1;
        } catch (ForgeRefused refused) {
            throw new UserError(
                    "%s; GITEA_ADMIN_TOKEN_FILE must hold a token of somebody who administers %s, with the scope write:repository"
                            .formatted(refused.getMessage(), repo),
                    refused);
        }
    }

    private RepoId repository() {
        try {
            return RepoId.parse(repository);
        } catch (IllegalArgumentException nonsense) {
            throw new UserError("'%s' is no repository; give OWNER/REPO".formatted(repository), nonsense);
        }
    }

    private static String content(Path file) throws IOException {
        String content = Files.readString(file).strip();
        if (content.isEmpty()) {
            throw new UserError("%s is empty".formatted(file));
        }
        return content;
    }

    private URI seenFrom(URI gitea) {
        try {
            InetAddress own = Doors.seenFrom(gitea);
            String host = own instanceof Inet6Address ? "[" + own.getHostAddress() + "]" : own.getHostAddress();
            return URI.create("http://%s:%d/webhooks/gitea".formatted(host, port));
        } catch (IOException unreachable) {
            throw new UserError(
                    "GITEA_URL: %s cannot be reached from here: %s".formatted(gitea, unreachable.getMessage()),
                    unreachable);
        }
    }

    private void tell(RepoId repo, URI called, Connection.End end, Duration limit) {
        PrintWriter out =
                Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
        String done = switch (end.done()) {
            case MADE -> "made";
            case SET_RIGHT -> "was there, and is set right";
            case MADE_ANEW -> "had another secret, and was made anew";
        };
        out.printf("  repository  %s%n  webhook     #%d %s%n  delivers to %s%n", repo, end.hook(), done, called);
        if (end.works()) {
            out.printf("  test        arrived, and the secret fits%n");
        } else if (end.arrival().isPresent()) {
            out.print("""
                      test        arrived with another secret
                    Millrace was started with another secret than the one in
                    GITEA_WEBHOOK_SECRET_FILE. Start it again with this one.
                    """);
        } else {
            out.printf("""
                      test        nothing arrived within %d s
                    Gitea does not say why to programs. In the repository's settings, under
                    Webhooks, the webhook lists its deliveries with the error of each.

                    "webhook can only call allowed HTTP servers": Gitea refuses to call
                    private addresses unless told otherwise. In its app.ini, and restart it:

                        [webhook]
                        ALLOWED_HOST_LIST = %s

                    or "private" for all private networks, "loopback" for its own machine.
                    The newest versions read it from [security]; in Gitea's container, set
                    GITEA__webhook__ALLOWED_HOST_LIST.

                    "connection refused" or a timeout: Gitea cannot reach this address. In a
                    container 127.0.0.1 is the container itself; name an address that leads
                    here with --target, and let it through the firewall.
                    """, limit.toSeconds(), called.getHost());
        }
        out.flush();
    }
}
