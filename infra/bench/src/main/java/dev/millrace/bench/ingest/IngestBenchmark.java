package dev.millrace.bench.ingest;

import dev.millrace.bench.report.AtLeastOne;
import dev.millrace.bench.report.Console;
import dev.millrace.ingest.IngestApplication;
import dev.millrace.schemas.wire.KafkaClients;
import dev.millrace.standalone.allinone.Lifetime;
import dev.millrace.standalone.allinone.SecretFile;
import dev.millrace.standalone.allinone.TemporaryDirectory;
import dev.millrace.standalone.broker.EmbeddedBroker;
import dev.millrace.standalone.broker.FreePorts;
import dev.millrace.standalone.cli.Surroundings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How many webhooks ingest takes in a second, and how long each waits, beside others in the same minutes. */
@Command(
        name = "ingest",
        description = {
            "Signed webhooks of 4 KiB over 32 connections against ingest, with a real broker",
            "and acks=all: those that start a task, for which a forge that answers at once is",
            "asked by HTTP, and those that start nothing. Beside them, in turn, a bare HTTP",
            "server of the JDK that checks the signature and awaits an acknowledged produce,",
            "and the same producer without HTTP. All of it, load included, is one process."
        },
        mixinStandardHelpOptions = true)
public final class IngestBenchmark implements Callable<Integer> {
    private static final String TOPIC = "bench.floor";

    @Option(
            names = "--rounds",
            converter = AtLeastOne.class,
            description = "how often each is measured (default: ${DEFAULT-VALUE})")
    private int rounds = 6;

    @Option(
            names = "--seconds",
            converter = AtLeastOne.class,
            description = "how long each time (default: ${DEFAULT-VALUE})")
    private int seconds = 5;

    @Option(
            names = "--connections",
            converter = AtLeastOne.class,
            description = "at the same time (default: ${DEFAULT-VALUE})")
    private int connections = 32;

    @Mixin
    private final Console console = new Console();

    /** One thing that is measured: sends until the moment, and keeps how long each took. */
    private interface Side {
        void run(long end, Times times) throws Exception;
    }

    @Override
    public Integer call() throws Exception {
        try (var life = new Lifetime()) {
            var directory = life.keep(new TemporaryDirectory("bench"));
            Surroundings.log(directory.resolve("millrace.log"), "OFF");
            var broker = life.keep(EmbeddedBroker.start(directory.resolve("broker"), FreePorts.forBroker()));
            var forge = life.keep(new QuickForge());
            var ingest = life.keep(ingest(broker, forge, directory));
            var producer = life.keep(producer(ingest.getBean(KafkaClients.class)));
            var bare = life.keep(new BareServer(producer, TOPIC));
            int port = Objects.requireNonNull(((WebServerApplicationContext) ingest).getWebServer())
                    .getPort();
            var sides = new Side[] {
                over(bare.port(), "@agent-bot go", 202),
                over(port, "@agent-bot go", 202),
                over(port, "nothing for anybody", 204),
                (end, times) -> producing(producer, end, times)
            };
            var times = new Times[] {new Times(), new Times(), new Times(), new Times()};
            for (Side side : sides) {
                measured(side, new Times());
            }
            long before = forge.asked();
            for (int round = 1; round <= rounds; round++) {
                console.tell("round %d of %d".formatted(round, rounds));
                for (int side = 0; side < sides.length; side++) {
                    measured(sides[side], times[side]);
                }
            }
            double asked = times[1].count() == 0 ? 0 : (forge.asked() - before) / (double) times[1].count();
            console.tell("");
            Answers.print(
                    console.out(),
                    console.json(),
                    List.of(
                            Answers.of("bare HTTP server", times[0], times[0]),
                            Answers.of("webhook that starts a task", times[1], times[0]),
                            Answers.of("webhook that starts nothing", times[2], times[0]),
                            Answers.of("producer without HTTP", times[3], times[0])),
                    asked);
        }
        return 0;
    }

    private static ConfigurableApplicationContext ingest(
            EmbeddedBroker broker, QuickForge forge, TemporaryDirectory directory) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("server.port", "0");
        properties.put("server.address", "127.0.0.1");
        properties.put("spring.main.banner-mode", "off");
        properties.put("spring.threads.virtual.enabled", "true");
        properties.put("spring.jmx.enabled", "false");
        properties.put("millrace.dispatch.enabled", "false");
        // One person asks for everything.
        properties.put("millrace.ingest.who.per-user", "1000000");
        properties.put("millrace.ingest.who.per-issue", "1000000");
        properties.put("millrace.kafka.bootstrap-servers", broker.bootstrapServers());
        properties.put("millrace.kafka.schema-registry-url", "mock://bench");
        properties.put("millrace.kafka.partitions", "2");
        properties.put("millrace.gitea.url", forge.url().toString());
        properties.put(
                "millrace.gitea.token-file",
                SecretFile.write(directory.path(), "token", "0123456789").toString());
        properties.put(
                "millrace.ingest.webhook.secret-file",
                SecretFile.write(directory.path(), "secret", Delivery.SECRET).toString());
        return new SpringApplicationBuilder(IngestApplication.class)
                .web(WebApplicationType.SERVLET)
                .properties(properties)
                .registerShutdownHook(false)
                .run();
    }

    private static Producer<String, byte[]> producer(KafkaClients kafka) {
        return new KafkaProducer<>(kafka.producer(), new StringSerializer(), new ByteArraySerializer());
    }

    private Side over(int port, String comment, int wanted) {
        return (end, times) -> {
            try (var load = new Load(port)) {
                load.run(() -> Delivery.next(comment), wanted, end, times);
            }
        };
    }

    private static void producing(Producer<String, byte[]> producer, long end, Times times) throws Exception {
        byte[] body = new byte[4096];
        while (System.nanoTime() < end) {
            long sent = System.nanoTime();
            producer.send(new ProducerRecord<>(TOPIC, "alice/demo2", body)).get(30, TimeUnit.SECONDS);
            times.add(System.nanoTime() - sent);
        }
    }

    private void measured(Side side, Times times) throws IOException, InterruptedException {
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        try (var threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("load-", 0).factory())) {
            List<Future<?>> running = new ArrayList<>();
            for (int connection = 0; connection < connections; connection++) {
                running.add(threads.submit(() -> {
                    side.run(end, times);
                    return null;
                }));
            }
            for (var one : running) {
                one.get();
            }
        } catch (ExecutionException failed) {
            throw new IOException("the load broke off: " + failed.getCause(), failed);
        }
        times.passed(Duration.ofNanos(System.nanoTime() - start));
    }
}
