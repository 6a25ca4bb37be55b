package dev.millrace.bench.fleet;

import dev.millrace.schemas.topic.TopicCreator;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import dev.millrace.schemas.wire.KafkaClients;
import dev.millrace.schemas.wire.KafkaProperties;
import dev.millrace.schemas.wire.Publisher;
import dev.millrace.standalone.broker.EmbeddedBroker;
import dev.millrace.standalone.broker.FreePorts;
import dev.millrace.standalone.process.ChildProcess;
import dev.millrace.standalone.process.ClassArchive;
import dev.millrace.standalone.registry.EmbeddedRegistry;
import java.io.File;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;

/** A broker, a registry, and as many dispatch and worker processes as are asked for; all of it ends with this. */
public final class Fleet implements AutoCloseable {
    private static final String PREFIX = "millrace.";
    private static final Duration START = Duration.ofMinutes(2);

    private final Path directory;
    private final List<String> jvmOptions;
    private final List<AutoCloseable> parts = new ArrayList<>();
    private final EmbeddedBroker broker;
    private final Path repository;
    private final KafkaProperties kafka;
    private final KafkaClients clients;
    private final Contracts contracts;
    private final Topics topics;

    private Fleet(Path directory, int partitions, List<String> jvmOptions) throws InterruptedException {
        this.directory = directory;
        this.jvmOptions = List.copyOf(jvmOptions);
        try {
            broker = keep(EmbeddedBroker.start(directory.resolve("broker"), FreePorts.forBroker()));
            var registry = keep(EmbeddedRegistry.start(directory.resolve("registry"), FreePorts.one()));
            repository = EmptyRepository.create(directory.resolve("repository.git"));
            broker.awaitReady(START);
            registry.awaitReady(START);
            kafka = new KafkaProperties(
                    broker.bootstrapServers(),
                    registry.url(),
                    PREFIX,
                    partitions,
                    (short) -1,
                    true,
                    Duration.ofSeconds(30),
                    Map.of());
            clients = new KafkaClients(kafka);
            contracts = new Contracts(kafka);
            topics = new Topics(PREFIX, partitions);
            try (var admin = Admin.create(clients.common())) {
                new TopicCreator(admin, topics, kafka.replicationFactor()).create();
            }
        } catch (RuntimeException | InterruptedException failed) {
            close();
            throw failed;
        }
    }

    /**
     * Starts the broker and the registry; returns when the topics are there.
     *
     * @param directory for this fleet alone
     * @param partitions of the topics
     * @param jvmOptions of dispatch and worker processes
     */
    public static Fleet start(Path directory, int partitions, List<String> jvmOptions) throws InterruptedException {
        return new Fleet(directory, partitions, jvmOptions);
    }

    /**
     * Starts a dispatch process; does not wait for it.
     *
     * @param name of its log and its state directory
     */
    public Member dispatch(String name, List<String> jvmOptionsOfItsOwn, List<String> settings) {
        return member(
                name,
                DispatchProcess.class,
                jvmOptionsOfItsOwn,
                settings,
                List.of("--millrace.dispatch.state-directory=" + directory.resolve(name)));
    }

    /**
     * Starts a worker process; does not wait for it.
     *
     * @param name of its log and its journal
     */
    public Member worker(String name, List<String> settings) {
        return member(
                name,
                ScriptedWorker.class,
                List.of(),
                settings,
                List.of(
                        "--millrace.worker.name=" + name,
                        "--fleet.journal=" + journal(name),
                        "--fleet.repository=" + repository));
    }

    /** Where the worker process of that name writes what it does. */
    public Path journal(String name) {
        return directory.resolve(name + ".journal");
    }

    /** Answers outcomes in the sink's place. */
    public StandInSink sink(double repeated, long seed) {
        return keep(new StandInSink(clients, contracts, topics, publisher("/millrace/sink"), repeated, seed));
    }

    public EmbeddedBroker broker() {
        return broker;
    }

    public KafkaClients clients() {
        return clients;
    }

    public Contracts contracts() {
        return contracts;
    }

    public Topics topics() {
        return topics;
    }

    /** A publisher of its own; ends with the fleet. */
    public Publisher publisher(String source) {
        var factory = new DefaultKafkaProducerFactory<String, Object>(
                clients.producer(), new StringSerializer(), contracts.serializer(), false);
        keep(factory::destroy);
        return new Publisher(new KafkaTemplate<>(factory), source, Clock.systemUTC());
    }

    /** The newest first, so that nothing misses what it needs. */
    @Override
    public void close() {
        for (AutoCloseable part : parts.reversed()) {
            try {
                part.close();
            } catch (Exception failed) {
                throw new IllegalStateException("a part of the fleet did not end", failed);
            }
        }
        parts.clear();
    }

    private Member member(
            String name, Class<?> main, List<String> jvmOptionsOfItsOwn, List<String> settings, List<String> own) {
        List<String> options = new ArrayList<>(jvmOptions);
        options.addAll(jvmOptionsOfItsOwn);
        options.addAll(ClassArchive.options(main.getSimpleName()));
        options.addAll(List.of(
                "-Dmillrace.log.console=INFO",
                "-Dmillrace.log.file=" + directory.resolve(name + ".file.log"),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classPath()));
        List<String> arguments = new ArrayList<>(List.of(
                main.getName(),
                "--millrace.kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                "--millrace.kafka.schema-registry-url=" + kafka.schemaRegistryUrl(),
                "--millrace.kafka.partitions=" + kafka.partitions()));
        arguments.addAll(own);
        arguments.addAll(settings);
        return keep(new Member(name, new ChildProcess(name, options, arguments, directory.resolve(name + ".log"))));
    }

    /** Without what only tests need, and with jars alone where that is possible: class archives know no directories. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.add(part);
        return part;
    }
}
