package dev.millrace.standalone.allinone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.ingest.dispatch.DispatchConfiguration;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import dev.millrace.schemas.wire.Follower;
import dev.millrace.schemas.wire.KafkaClients;
import dev.millrace.schemas.wire.KafkaWiring;
import dev.millrace.schemas.wire.Publisher;
import dev.millrace.schemas.wire.TraceParent;
import dev.millrace.standalone.broker.EmbeddedBroker;
import dev.millrace.standalone.broker.FreePorts;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.core.KafkaTemplate;

/** Several processes dispatch: they share the partitions, and one that is told to end hands over and loses nothing. */
class TwoDispatchesIT {
    private static final int REPOSITORIES = 20;
    private static final Duration START = Duration.ofSeconds(90);
    /** Well below the silence after which a member counts as dead. */
    private static final Duration LEAVING = Duration.ofSeconds(6);

    @SpringBootConfiguration(proxyBeanMethods = false)
    @Import({KafkaWiring.class, DispatchConfiguration.class})
    static class DispatchAlone {}

    @TempDir
    private Path directory;

    private final Map<String, Phase> phases = new ConcurrentHashMap<>();
    private final Map<String, Integer> offers = new ConcurrentHashMap<>();
    private final EmbeddedBroker broker;

    TwoDispatchesIT(@TempDir Path brokers) {
        broker = EmbeddedBroker.start(brokers, FreePorts.forBroker());
    }

    @BeforeEach
    void awaitBroker() {
        broker.awaitReady(START);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private ConfigurableApplicationContext dispatch(String name) {
        return new SpringApplicationBuilder(DispatchAlone.class)
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .properties(Map.of(
                        "millrace.kafka.bootstrap-servers",
                        broker.bootstrapServers(),
                        "millrace.kafka.schema-registry-url",
                        "mock://two-dispatches",
                        "millrace.kafka.partitions",
                        "4",
                        "millrace.dispatch.state-directory",
                        directory.resolve(name)))
                .run();
    }

    @Test
    void theyShareTheWorkAndOneTakesOverFromTheOther() throws Exception {
        try (var first = dispatch("first");
                var tasks = Follower.of(
                        first.getBean(KafkaClients.class),
                        first.getBean(Contracts.class),
                        first.getBean(Topics.class).tasks(),
                        Follower.Start.FROM_THE_BEGINNING,
                        this::heardState);
                var work = Follower.of(
                        first.getBean(KafkaClients.class),
                        first.getBean(Contracts.class),
                        first.getBean(Topics.class).work(),
                        Follower.Start.FROM_THE_BEGINNING,
                        this::heardOffer);
                var admin = Admin.create(first.getBean(KafkaClients.class).common())) {
            assertThat(tasks.awaitCaughtUp(START) && work.awaitCaughtUp(START)).isTrue();
            var second = dispatch("second");
            try (second) {
                await("both to have partitions")
                        .atMost(START)
                        .until(() -> members(admin, first).stream()
                                        .filter(member -> !member.assignment()
                                                .topicPartitions()
                                                .isEmpty())
                                        .count()
                                == 2);
                askAll(first, "before");
            }
            await("the one that was told to end to have left")
                    .atMost(LEAVING)
                    .until(() -> members(admin, first).size() == 1);
            askAll(first, "after");
            assertThat(offers)
                    .hasSize(2 * REPOSITORIES)
                    .allSatisfy((task, times) ->
                            assertThat(times).as("offers of task %s", task).isEqualTo(1));
        }
    }

    /** A task in each of many repositories, so that every partition has some; returns when all are offered. */
    private void askAll(ConfigurableApplicationContext context, String when) throws Exception {
        var topics = context.getBean(Topics.class);
        @SuppressWarnings("unchecked") // the bean is declared so
        KafkaTemplate<String, Object> kafka = context.getBean(KafkaTemplate.class);
        var publisher = new Publisher(kafka, "/tests", Clock.systemUTC());
        for (int number = 0; number < REPOSITORIES; number++) {
            // Of each repository one offer lies out at a time.
            String repo = "%s/repository-%d".formatted(when, number);
            String task = task(when, number);
            var request = TaskRequest.newBuilder()
                    .setTaskId(task)
                    .setRepo(repo)
                    .setRequestedBy("alice")
                    .setRequestedAt(Instant.now())
                    .setInstruction("Nothing.")
                    .build();
            publisher
                    .publish(topics.requests(), repo, request, task, TraceParent.start(new Random()))
                    .get(30, TimeUnit.SECONDS);
        }
        await("all tasks asked for %s to be offered".formatted(when))
                .atMost(START)
                .until(() -> IntStream.range(0, REPOSITORIES)
                        .mapToObj(number -> task(when, number))
                        .allMatch(task -> phases.get(task) == Phase.OFFERED && offers.containsKey(task)));
    }

    private static String task(String when, int number) {
        return "task-%s-%d".formatted(when, number);
    }

    private static Collection<MemberDescription> members(Admin admin, ConfigurableApplicationContext context)
            throws Exception {
        String group = context.getBean(Topics.class).group("dispatch");
        var described =
                admin.describeConsumerGroups(List.of(group)).describedGroups().get(group);
        return Objects.requireNonNull(described, "it was asked for")
                .get(30, TimeUnit.SECONDS)
                .members();
    }

    private void heardState(String task, @Nullable TaskState state) {
        if (state != null) {
            phases.put(task, state.getPhase());
        }
    }

    private void heardOffer(String task, @Nullable WorkItem item) {
        offers.merge(task, 1, Integer::sum);
    }
}
