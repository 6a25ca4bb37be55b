package dev.millrace.standalone.cli;

import dev.millrace.schemas.id.TaskId;
import dev.millrace.standalone.allinone.Lifetime;
import dev.millrace.standalone.allinone.Starting;
import dev.millrace.standalone.broker.EmbeddedBroker;
import dev.millrace.standalone.registry.EmbeddedRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The all-in-one against a real Gitea, with data that outlives it. */
@Command(
        name = "up",
        description = {
            "Runs every stage in one process against your Gitea, with a broker and a",
            "schema registry beside it, and keeps the data in a directory.",
            "",
            "Set  GITEA_URL                  its address",
            "     GITEA_TOKEN_FILE           a file with the bot's access token",
            "     GITEA_WEBHOOK_SECRET_FILE  a file with the webhook's secret",
            "and  LLM_BASE_URL, LLM_MODEL, LLM_API_KEY for the built-in agent.",
            "KAFKA_BOOTSTRAP_SERVERS and SCHEMA_REGISTRY_URL replace the embedded ones;",
            "GITEA_READ_TOKEN_FILE gives the worker a token that can only read;",
            "MILLRACE_API_TOKEN_FILE opens POST /api/tasks.",
            "Anything after -- sets a property, such as --millrace.worker.seats=4."
        },
        mixinStandardHelpOptions = true)
public final class UpCommand implements Callable<Integer> {
    private static final Duration CHILD = Duration.ofSeconds(90);

    @Option(names = "--data", paramLabel = "DIR", description = "where data is kept (default: ${DEFAULT-VALUE})")
    private Path data = Path.of("millrace-data");

    @Option(names = "--port", description = "where webhooks come in (default: ${DEFAULT-VALUE})")
    private int port = 8090;

    @Option(
            names = "--broker-port",
            description = "where the embedded broker listens, and its controller on the next one"
                    + " (default: ${DEFAULT-VALUE})")
    private int brokerPort = 19092;

    @Option(names = "--registry-port", description = "where the embedded registry listens (default: ${DEFAULT-VALUE})")
    private int registryPort = 18081;

    @Parameters(hidden = true)
    private String[] properties = {};

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var surroundings = new Surroundings(System.getenv());
        Map<String, Object> settings = settings(surroundings);
        Path directory = Directories.made(data);
        Surroundings.log(directory.resolve("millrace.log"), "INFO");
        try (var life = new Lifetime()) {
            life.keep(lock(directory));
            start(life, surroundings, settings, directory);
            new CountDownLatch(1).await();
            return 0;
        }
    }

    private void start(Lifetime life, Surroundings surroundings, Map<String, Object> settings, Path directory)
            throws InterruptedException {
        var kafka = surroundings.value("KAFKA_BOOTSTRAP_SERVERS");
        var registry = surroundings.value("SCHEMA_REGISTRY_URL");
        // Both start at once; each is waited for once it is needed.
        var ownBroker = kafka.isPresent()
                ? null
                : life.keep(EmbeddedBroker.start(
                        directory.resolve("broker"), new EmbeddedBroker.Ports(brokerPort, brokerPort + 1)));
        var ownRegistry = registry.isPresent()
                ? null
                : life.keep(EmbeddedRegistry.start(directory.resolve("registry"), registryPort));
        if (ownBroker != null) {
            settings.put("millrace.kafka.partitions", "4");
        }
        if (ownRegistry != null) {
            ownRegistry.awaitReady(CHILD);
        }
        settings.put("millrace.kafka.bootstrap-servers", kafka.orElseGet(() -> "127.0.0.1:" + brokerPort));
        settings.put(
                "millrace.kafka.schema-registry-url", ownRegistry == null ? registry.orElseThrow() : ownRegistry.url());
        settings.put("server.port", Integer.toString(port));
        // What operators look at is nobody's business outside this machine.
        settings.put("management.server.port", Integer.toString(port == 0 ? 0 : port + 1));
        settings.put("management.server.address", "127.0.0.1");
        settings.put("millrace.worker.name", "up-" + TaskId.derivedFrom(directory.toString()));
        settings.put(
                "millrace.dispatch.state-directory",
                directory.resolve("dispatch").toString());
        settings.put(
                "millrace.worker.repositories.cache",
                directory.resolve("mirrors").toString());
        settings.put("millrace.sink.cache-directory", directory.resolve("sink").toString());
        var stages = life.keep(Starting.stages(ownBroker, settings, properties));
        tellWhereItIs(settings, stages.port(), directory);
    }

    private Map<String, Object> settings(Surroundings surroundings) {
        String url = surroundings
                .value("GITEA_URL")
                .orElseThrow(() -> new UserError("set GITEA_URL to your Gitea's address, such as"
                        + " https://git.example.org; to look around without one: ./millrace demo"));
        Map<String, Object> settings = surroundings.worker();
        settings.put("millrace.gitea.url", url);
        settings.put(
                "millrace.gitea.token-file",
                surroundings.file("GITEA_TOKEN_FILE", "the bot's access token").toString());
        settings.put("millrace.worker.repositories.url", url);
        String reader =
                surroundings.value("GITEA_READ_TOKEN_FILE").isPresent() ? "GITEA_READ_TOKEN_FILE" : "GITEA_TOKEN_FILE";
        settings.put(
                "millrace.worker.repositories.token-file",
                surroundings.file(reader, "a token that may read").toString());
        settings.put(
                "millrace.ingest.webhook.secret-file",
                surroundings
                        .file("GITEA_WEBHOOK_SECRET_FILE", "the webhook's secret")
                        .toString());
        surroundings
                .value("MILLRACE_API_TOKEN_FILE")
                .ifPresent(file -> settings.put("millrace.ingest.api.token-file", file));
        return settings;
    }

    private void tellWhereItIs(Map<String, Object> settings, int listening, Path directory) {
        PrintWriter out =
                Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
        out.printf(
                """

                Millrace is up; Ctrl-C ends it, and the next start goes on.
                  webhooks   http://<this host>:%d/webhooks/gitea
                  forge      %s
                  broker     %s
                  data, log  %s
                """,
                listening,
                settings.get("millrace.gitea.url"),
                settings.get("millrace.kafka.bootstrap-servers"),
                directory);
        out.flush();
    }

    /** One process per directory. */
    private static FileLock lock(Path directory) {
        try {
            var channel =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new UserError(
                        "%s is in use by another Millrace; end that one, or give --data DIR".formatted(directory));
            }
            return lock;
        } catch (IOException failed) {
            throw new UncheckedIOException("%s cannot be locked".formatted(directory), failed);
        }
    }
}
