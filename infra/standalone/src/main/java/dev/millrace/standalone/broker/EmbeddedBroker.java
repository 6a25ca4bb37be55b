package dev.millrace.standalone.broker;

import dev.millrace.standalone.process.ChildProcess;
import dev.millrace.standalone.process.ClassArchive;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/** The broker of {@code demo}, {@code up} and {@code run}; replaced by any other through its address. */
public final class EmbeddedBroker implements AutoCloseable {
    private final String bootstrapServers;
    private final ChildProcess process;

    private EmbeddedBroker(String bootstrapServers, ChildProcess process) {
        this.bootstrapServers = bootstrapServers;
        this.process = process;
    }

    /**
     * Starts a broker whose data lies in the directory; formats it where it is new. Returns at once, before the broker
     * takes connections.
     *
     * @param directory for the broker alone
     * @param ports where it listens on loopback
     * @throws UncheckedIOException if the directory cannot be written
     */
    public static EmbeddedBroker start(Path directory, Ports ports) {
        Path home = directory.toAbsolutePath().normalize();
        try {
            Files.createDirectories(home);
            Path configuration = home.resolve("server.properties");
            Files.writeString(configuration, properties(home, ports), StandardCharsets.UTF_8);
            Path logging = home.resolve("logging.xml");
            Files.write(logging, resource("broker-logging.xml"));
            formatIfNew(home, configuration);
            var process = new ChildProcess(
                    "broker",
                    jvmOptions(logging),
                    List.of("kafka.Kafka", configuration.toString()),
                    home.resolve("broker.log"));
            return new EmbeddedBroker("127.0.0.1:" + ports.broker(), process);
        } catch (IOException failed) {
            throw new UncheckedIOException("the broker's directory %s cannot be used".formatted(home), failed);
        }
    }

    /** Where the broker listens, and its controller. */
    public record Ports(int broker, int controller) {}

    public String bootstrapServers() {
        return bootstrapServers;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What its log ends with. */
    public String lastWords() {
        return process.tail();
    }

    public long pid() {
        return process.pid();
    }

    /**
     * Waits until the broker answers.
     *
     * @throws IllegalStateException if it does not in time; says what its log ends with
     */
    public void awaitReady(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        Map<String, Object> settings = Map.of(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                200);
        try (var admin = Admin.create(settings)) {
            admin.describeCluster().nodes().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException away) {
            throw new IllegalStateException(
                    "the embedded broker did not come up in %s; its log ends with:%n%s"
                            .formatted(limit, process.tail()),
                    away);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while waiting for the embedded broker", stopped);
        }
    }

    @Override
    public void close() {
        process.close();
    }

    private static List<String> jvmOptions(Path logging) {
        List<String> options = new ArrayList<>(List.of(
                "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
        options.addAll(ClassArchive.options("broker"));
        options.add("-Dlogback.configurationFile=" + logging.toUri());
        options.addAll(List.of("-cp", System.getProperty("java.class.path")));
        return options;
    }

    private static void formatIfNew(Path home, Path configuration) {
        if (Files.exists(home.resolve("data/meta.properties"))) {
            return;
        }
        var said = new ByteArrayOutputStream();
        String cluster = Uuid.randomUuid().toString();
        int code = StorageTool.execute(
                new String[] {"format", "-t", cluster, "-c", configuration.toString(), "--standalone"},
                new PrintStream(said, true, StandardCharsets.UTF_8));
        if (code != 0) {
            throw new IllegalStateException("the broker's directory %s could not be formatted: %s"
                    .formatted(home, said.toString(StandardCharsets.UTF_8)));
        }
    }

    private static String properties(Path home, Ports ports) {
        Map<String, String> values = Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", "1"),
                Map.entry("controller.quorum.bootstrap.servers", "127.0.0.1:" + ports.controller()),
                Map.entry(
                        "listeners",
                        "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                                .formatted(ports.broker(), ports.controller())),
                Map.entry("advertised.listeners", "PLAINTEXT://127.0.0.1:" + ports.broker()),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("log.dirs", home.resolve("data").toString()),
                Map.entry("auto.create.topics.enable", "false"),
                // one node holds everything
                Map.entry("default.replication.factor", "1"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1"),
                // a handful of clients: fewer partitions start faster
                Map.entry("offsets.topic.num.partitions", "4"),
                Map.entry("transaction.state.log.num.partitions", "4"),
                Map.entry("share.coordinator.state.topic.num.partitions", "4"),
                // after a crash the broker may register again only once its last session is over
                Map.entry("broker.session.timeout.ms", "3000"),
                Map.entry("broker.heartbeat.interval.ms", "500"),
                // groups of one member each: nobody to wait for
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("group.share.min.heartbeat.interval.ms", "200"),
                Map.entry("group.share.heartbeat.interval.ms", "500"),
                Map.entry("group.share.min.session.timeout.ms", "3000"),
                Map.entry("group.share.session.timeout.ms", "6000"),
                Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"),
                Map.entry("message.max.bytes", Integer.toString(17 << 20)),
                Map.entry("replica.fetch.max.bytes", Integer.toString(17 << 20)),
                Map.entry("log.segment.bytes", Integer.toString(64 << 20)),
                Map.entry("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20)));
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .sorted()
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static byte[] resource(String name) throws IOException {
        try (var in = EmbeddedBroker.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the build lacks " + name);
            }
            return in.readAllBytes();
        }
    }
}
