package dev.millrace.standalone.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.TopicCreator;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.DeadLetters;
import dev.millrace.schemas.wire.KafkaClients;
import dev.millrace.schemas.wire.KafkaProperties;
import dev.millrace.standalone.broker.EmbeddedBroker;
import dev.millrace.standalone.broker.FreePorts;
import dev.millrace.standalone.cli.DeadLettersCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

/** Every test has topics of its own, by their prefix. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeadLetterBoxIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
    private static final byte[] POISON = {0, 0, 0, 1, 'x', (byte) 0xff};
    private static final byte[] KEY = "alice/demo".getBytes(StandardCharsets.UTF_8);

    private final EmbeddedBroker broker;

    @TempDir
    private Path files;

    DeadLetterBoxIT(@TempDir Path directory) {
        broker = EmbeddedBroker.start(directory, FreePorts.forBroker());
    }

    @BeforeAll
    void awaitBroker() {
        broker.awaitReady(Duration.ofSeconds(60));
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    /** An installation with one dead letter. */
    private final class House implements AutoCloseable {
        private final Topics topics;
        private final KafkaClients clients;
        private final String prefix;
        private final long letter;
        private final DeadLetterBox box;

        House(String prefix) throws Exception {
            this(prefix, null);
        }

        House(String prefix, @Nullable String topicName) throws Exception {
            this.prefix = prefix;
            topics = new Topics(prefix, 3);
            clients = new KafkaClients(new KafkaProperties(
                    broker.bootstrapServers(), "mock://unused", prefix, 3, (short) -1, true, LIMIT, Map.of()));
            try (var admin = Admin.create(clients.common())) {
                new TopicCreator(admin, topics, (short) -1).create();
            }
            Topic<?> topic = topicName == null
                    ? topics.requests()
                    : topics.all().stream()
                            .filter(it -> it.name().equals(prefix + topicName))
                            .findFirst()
                            .orElseThrow();
            letter = setAside(topic);
            box = box();
        }

        DeadLetterBox box() {
            return new DeadLetterBox(clients, topics, InstantSource.fixed(NOON), LIMIT);
        }

        private long setAside(Topic<?> topic) throws Exception {
            var poison = new ProducerRecord<>(topic.name(), 2, KEY, POISON);
            poison.headers().add("theirs", "kept".getBytes(StandardCharsets.UTF_8));
            try (var producer = new KafkaProducer<>(
                            clients.producer(), new ByteArraySerializer(), new ByteArraySerializer());
                    var letters = DeadLetters.with(
                            clients, topics.deadLetters(), "/millrace/dispatch", Clock.systemUTC(), LIMIT)) {
                producer.send(poison).get(30, TimeUnit.SECONDS);
                letters.setAside(on(topic, 2).getFirst(), new IllegalStateException("no record at all"));
            }
            return on(topics.deadLetters(), 0).getLast().offset();
        }

        List<ConsumerRecord<byte[], byte[]>> on(Topic<?> topic, int partition) {
            var place = new TopicPartition(topic.name(), partition);
            List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
            try (var consumer =
                    new KafkaConsumer<>(clients.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer.assign(List.of(place));
                consumer.seekToBeginning(List.of(place));
                long end = consumer.endOffsets(List.of(place)).getOrDefault(place, 0L);
                while (consumer.position(place) < end) {
                    consumer.poll(Duration.ofMillis(100)).forEach(found::add);
                }
            }
            return found;
        }

        String command(int code, String... arguments) {
            var all = new ArrayList<>(List.of(arguments));
            all.addAll(List.of("--brokers", broker.bootstrapServers(), "--topic-prefix", prefix));
            var out = new StringWriter();
            int ended = new CommandLine(DeadLettersCommand.class)
                    .setOut(new PrintWriter(out))
                    .setErr(new PrintWriter(out))
                    .setExecutionExceptionHandler((failure, line, _) -> {
                        line.getErr().println(failure.getMessage());
                        return 2;
                    })
                    .execute(all.toArray(String[]::new));
            assertThat(ended).as(out.toString()).isEqualTo(code);
            return out.toString();
        }

        @Override
        public void close() {
            box.close();
        }
    }

    @Test
    void aLetterTellsWhyAndWhereFrom() throws Exception {
        try (var house = new House("told.")) {
            assertThat(house.box.all()).singleElement().satisfies(letter -> {
                assertThat(letter.id()).isEqualTo(house.letter);
                assertThat(letter.why().reason()).isEqualTo("no record at all");
                assertThat(letter.why().stage()).isEqualTo("/millrace/dispatch");
                assertThat(letter.why().topic()).isEqualTo("told.requests");
                assertThat(letter.why().partition()).isEqualTo(2);
                assertThat(letter.bytes()).isEqualTo(POISON.length);
                assertThat(letter.requeued()).isNull();
            });
        }
    }

    @Test
    void itGoesBackToItsPlaceAsItCame() throws Exception {
        try (var house = new House("back.")) {
            house.box.requeue(house.letter, false);
            var records = house.on(house.topics.requests(), 2);
            assertThat(records).hasSize(2);
            assertThat(records.getLast().key()).isEqualTo(KEY);
            assertThat(records.getLast().value()).isEqualTo(POISON);
            assertThat(records.getLast().headers().toArray())
                    .isEqualTo(records.getFirst().headers().toArray());
            assertThat(house.box.all())
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.requeued()).isEqualTo(NOON));
        }
    }

    @Test
    void itGoesBackOnceUnlessSaidOtherwise() throws Exception {
        try (var house = new House("once.");
                var another = house.box()) {
            house.box.requeue(house.letter, false);
            assertThatExceptionOfType(NotRequeued.class)
                    .isThrownBy(() -> another.requeue(house.letter, false))
                    .withMessageContaining("was put back at 2026-11-01T12:00:00Z; --again does it once more");
            assertThat(house.on(house.topics.requests(), 2)).hasSize(2);
            assertThatCode(() -> another.requeue(house.letter, true)).doesNotThrowAnyException();
            assertThat(house.on(house.topics.requests(), 2)).hasSize(3);
        }
    }

    @Test
    void itGoesBackOnceEvenIfTwoPutItBackAtTheSameTime() throws Exception {
        try (var house = new House("race.");
                var people = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Boolean> person = () -> {
                try (var box = house.box()) {
                    box.requeue(house.letter, false);
                    return true;
                } catch (NotRequeued | RuntimeException tooLate) {
                    return false;
                }
            };
            people.invokeAll(List.of(person, person, person));
            assertThat(house.on(house.topics.requests(), 2)).hasSize(2);
        }
    }

    @Test
    void anOldStateNeverComesBackOverANewerOne() throws Exception {
        try (var house = new House("states.", "tasks")) {
            assertThatExceptionOfType(NotRequeued.class)
                    .isThrownBy(() -> house.box.requeue(house.letter, true))
                    .withMessageContaining("came from states.tasks");
        }
    }

    @Test
    void theCommandListsShowsAndPutsBack() throws Exception {
        try (var house = new House("command.")) {
            String id = Long.toString(house.letter);
            assertThat(house.command(0, "list")).contains("command.requests-2@0", "no record at all");
            assertThat(new JsonMapper()
                            .readTree(house.command(0, "list", "--json"))
                            .path(0)
                            .path("reason")
                            .asString())
                    .isEqualTo("no record at all");
            Path out = files.resolve("bytes");
            assertThat(house.command(0, "show", id, "--out", out.toString()))
                    .contains("key alice/demo", "theirs: kept", "00 00 00 01 78 ff", "....x.");
            assertThat(Files.readAllBytes(out)).isEqualTo(POISON);
            assertThat(house.command(2, "show", "4711")).contains("there is no dead letter 4711");
            assertThat(house.command(0, "requeue", id)).contains("is back where it came from");
            assertThat(house.command(2, "requeue", id)).contains("--again does it once more");
            assertThat(house.command(2, "requeue", "4711")).contains("there is no dead letter 4711");
            assertThat(house.command(0, "list")).contains("put back at ");
        }
    }
}
