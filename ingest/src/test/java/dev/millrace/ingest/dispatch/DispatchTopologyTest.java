package dev.millrace.ingest.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.schemas.avro.Approve;
import dev.millrace.schemas.avro.AttemptEvent;
import dev.millrace.schemas.avro.Cancel;
import dev.millrace.schemas.avro.Claimed;
import dev.millrace.schemas.avro.ControlRequest;
import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Finished;
import dev.millrace.schemas.avro.Heartbeat;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Pause;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.Resume;
import dev.millrace.schemas.avro.Retry;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.Usage;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import dev.millrace.schemas.wire.KafkaClients;
import dev.millrace.schemas.wire.KafkaProperties;
import dev.millrace.schemas.wire.TraceParent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DispatchTopologyTest {
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
    private static final String TASK = "task-number-1";
    private static final String REPO = "Alice/Demo";
    private static final String KEY = "alice/demo";

    private final KafkaProperties kafka = new KafkaProperties(
            "unused:1", "mock://dispatch-topology", "millrace.", 1, (short) 1, true, Duration.ofSeconds(5), Map.of());
    private final Topics topics = new Topics("millrace.", 1);
    private final Contracts contracts = new Contracts(kafka);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @TempDir
    private Path directory;

    private TopologyTestDriver driver;

    @BeforeEach
    void start() {
        driver = started(new Home(1), contracts);
    }

    private TopologyTestDriver started(Home home, Contracts readers) {
        var properties = new DispatchProperties(
                true,
                Duration.ofSeconds(12),
                3,
                Duration.ofSeconds(5),
                Duration.ofHours(2),
                4,
                4,
                null,
                new BigDecimal("1.50"),
                Duration.ofMinutes(10),
                Duration.ofDays(30),
                Duration.ofMillis(20),
                directory);
        var settings = new HashMap<>(DispatchStreams.settings(topics, new KafkaClients(kafka), properties));
        var config = new Properties();
        config.putAll(settings);
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        return new TopologyTestDriver(
                DispatchTopology.of(topics, readers, properties, home, new Refusals(meters)), config, NOON);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void aRequestBecomesWorkWithTheWholeTaskAndAStateForEveryone() {
        request();
        assertThat(read(topics.work())).singleElement().satisfies(work -> {
            assertThat(work.key()).isEqualTo(TASK);
            assertThat(work.value().getAttempt()).isEqualTo(1);
            assertThat(work.value().getTask().getInstruction()).isEqualTo("do it");
        });
        assertThat(phases()).containsExactly(Phase.OFFERED);
    }

    @Test
    void theSameRequestAgainIsNoSecondTaskEvenAfterItEnded() {
        wholeTask();
        request();
        assertThat(read(topics.work())).isEmpty();
        assertThat(phases()).isEmpty();
    }

    @Test
    void aTaskGoesThroughToItsDelivery() {
        request();
        attempt("w1", new Claimed());
        attempt("w1", finished(Outcome.SOLVED));
        assertThat(read(topics.outcomes())).singleElement().satisfies(outcome -> {
            assertThat(outcome.key()).isEqualTo(KEY);
            assertThat(outcome.value().getOutcome()).isEqualTo(Outcome.SOLVED);
            assertThat(outcome.value().getSummary()).isEqualTo("done");
            assertThat(outcome.value().getWorker()).isEqualTo("w1");
        });
        deliver();
        List<TaskState> states = states();
        assertThat(states)
                .extracting(TaskState::getPhase)
                .containsExactly(Phase.OFFERED, Phase.RUNNING, Phase.DELIVERING, Phase.DONE);
        TaskState last = states.getLast();
        assertThat(last.getOutcome()).isEqualTo(Outcome.SOLVED);
        assertThat(last.getDelivery().getPullRequest()).isEqualTo(7);
    }

    @Test
    void whoeverClaimsInVainHearsAtOnceHowTheTaskStands() {
        request();
        attempt("w1", new Claimed());
        states();
        attempt("w2", new Claimed());
        assertThat(states()).singleElement().satisfies(state -> {
            assertThat(state.getPhase()).isEqualTo(Phase.RUNNING);
            assertThat(state.getWorker()).isEqualTo("w1");
        });
    }

    @Test
    void aSilentWorkerLosesItsLeaseAndAllAttemptsLostMakeABrokenOutcome() {
        request();
        for (int lost = 1; lost <= 3; lost++) {
            var avoided = IntStream.range(1, lost)
                    .mapToObj(earlier -> "w" + earlier)
                    .toList()
                    .reversed();
            assertThat(read(topics.work())).singleElement().satisfies(work -> {
                assertThat(work.value().getAvoid()).isEqualTo(avoided);
                assertThat(work.value().getBudgetMicros()).isEqualTo(1_500_000L);
            });
            attempt("w" + lost, lost, new Claimed());
            passTime(Duration.ofSeconds(13));
        }
        assertThat(read(topics.outcomes())).singleElement().satisfies(outcome -> {
            assertThat(outcome.value().getOutcome()).isEqualTo(Outcome.BROKEN);
            assertThat(outcome.value().getReason()).contains("3 attempts", "w1 fell silent", "w3 fell silent");
            assertThat(outcome.value().getWorker()).isEqualTo("w3");
        });
    }

    @Test
    void aStandstillOfDispatchItselfCostsNobodyTheLease() {
        request();
        attempt("w1", 1, new Claimed());
        driver.advanceWallClockTime(Duration.ofMinutes(5));
        attempt("w1", 1, new Heartbeat());
        passTime(Duration.ofSeconds(11));
        assertThat(read(topics.work())).hasSize(1);
        assertThat(read(topics.tasks()))
                .extracting(state -> state.value().getPhase())
                .endsWith(Phase.RUNNING);
    }

    @Test
    void aResultOfALostLeaseIsRefusedAndCounted() {
        request();
        attempt("w1", 1, new Claimed());
        passTime(Duration.ofSeconds(13));
        attempt("w1", 1, finished(Outcome.SOLVED));
        assertThat(read(topics.outcomes())).isEmpty();
        assertThat(meters.get("millrace.dispatch.refused")
                        .tag("report", "result")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void whatAnAttemptToldOfItselfIsToldToEveryone() {
        request();
        attempt("w1", 1, new Claimed());
        attempt("w1", 1, new Heartbeat(Usage.newBuilder().setCostMicros(400_000).build()));
        attempt("w1", 1, finished(Outcome.BROKEN));
        assertThat(states().getLast()).satisfies(state -> {
            assertThat(state.getPhase()).isEqualTo(Phase.QUEUED);
            assertThat(state.getNotBefore()).isAfter(NOON);
            assertThat(state.getWaitingFor()).startsWith("attempt 1: no space left; backing off until ");
            assertThat(state.getAttempts()).singleElement().satisfies(past -> {
                assertThat(past.getWorker()).isEqualTo("w1");
                assertThat(past.getBroken()).isTrue();
                assertThat(past.getCostMicros()).isEqualTo(400_000);
            });
        });
        read(topics.work());
        passTime(Duration.ofSeconds(9));
        assertThat(read(topics.work()))
                .singleElement()
                .satisfies(work -> assertThat(work.value().getBudgetMicros()).isEqualTo(1_100_000L));
    }

    /** As it passes where nothing stands still. */
    private void passTime(Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            driver.advanceWallClockTime(Duration.ofSeconds(1));
        }
    }

    @Test
    void everythingCarriesTheTraceOfTheRequestAndCloudEventsAttributes() {
        var trace = new TraceParent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        var record = new TestRecord<String, Object>(KEY, taskRequest());
        record.headers().add(TraceParent.HEADER, trace.value().getBytes(StandardCharsets.UTF_8));
        input(topics.requests()).pipeInput(record);
        var headers = read(topics.work()).getFirst().headers();
        assertThat(text(headers.lastHeader(TraceParent.HEADER).value())).contains(trace.traceId());
        assertThat(text(headers.lastHeader("ce_type").value())).isEqualTo("dev.millrace.WorkItem");
        assertThat(text(headers.lastHeader("ce_subject").value())).isEqualTo(TASK);
    }

    @Test
    void whatBreaksARuleBecomesADeadLetterWithItsBytesAndReasonAndTheStreamGoesOn() {
        input(topics.requests()).pipeInput(new TestRecord<>("other/repo", taskRequest()));
        input(topics.attempts()).pipeInput(KEY, new AttemptEvent("task-number-9", REPO, 1, "w1", NOON, new Claimed()));
        request();

        var letters = driver.createOutputTopic(
                        topics.deadLetters().name(), new StringDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
        assertThat(letters)
                .extracting(letter -> text(letter.headers()
                        .lastHeader("millrace_dead_letter_reason")
                        .value()))
                .satisfiesExactly(
                        reason -> assertThat(reason).contains("the key of a record about Alice/Demo must be"),
                        reason -> assertThat(reason).contains("task-number-9 is not known"));
        assertThat(letters.getFirst().value())
                .isEqualTo(contracts.serializer().serialize(topics.requests().name(), taskRequest()));
        assertThat(read(topics.work())).hasSize(1);
    }

    @Test
    void aRequestThatCannotBeReadWhileTheRegistryIsAwayIsNotSkipped() {
        byte[] request = contracts.serializer().serialize(topics.requests().name(), taskRequest());
        stop();
        var away = new KafkaProperties(
                "unused:1", "http://127.0.0.1:1", "millrace.", 1, (short) 1, true, Duration.ofSeconds(5), Map.of());
        driver = started(new Home(1), new Contracts(away));
        var requests =
                driver.createInputTopic(topics.requests().name(), new StringSerializer(), new ByteArraySerializer());
        assertThatExceptionOfType(StreamsException.class).isThrownBy(() -> requests.pipeInput(KEY, request));
    }

    @Test // that it becomes a dead letter shows only with a real broker: DeadLettersIT
    void whatCannotBeReadIsSkipped() {
        driver.createInputTopic(topics.requests().name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(KEY, new byte[] {1, 2, 3});
        request();
        assertThat(read(topics.work())).hasSize(1);
    }

    @Test
    void aRequestInTheWrongPartitionIsPutWhereItsRepositoryIs() {
        stop();
        // the driver has partition 0 only, and these keys belong to another one of two
        String strange = IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "alice/demo" + i)
                .filter(key -> !new Home(2).isAt(0, key))
                .findFirst()
                .orElseThrow();
        driver = started(new Home(2), contracts);
        var request = TaskRequest.newBuilder(taskRequest()).setRepo(strange).build();
        input(topics.requests()).pipeInput(strange, request);
        assertThat(read(topics.requests())).singleElement().satisfies(moved -> {
            assertThat(moved.value()).isEqualTo(request);
            assertThat(moved.headers().lastHeader("millrace_moved")).isNotNull();
        });
        // the driver feeds it back into its only partition, the wrong one again: it is not moved for ever
        assertThat(read(topics.work())).isEmpty();
        assertThat(driver.createOutputTopic(
                                topics.deadLetters().name(), new StringDeserializer(), new ByteArrayDeserializer())
                        .readRecordsToList())
                .hasSize(1);
    }

    @Test
    void aNegativePriorityIsRefusedByNameAndValue() {
        input(topics.requests())
                .pipeInput(
                        KEY,
                        TaskRequest.newBuilder(taskRequest()).setPriority(-1).build());
        assertThat(reasons()).containsExactly("priority must be 0 or more, not -1");
    }

    @Nested
    class Controls {
        @Test
        void cancelEndsARunningTaskAndSaysByWhom() {
            request();
            attempt("w1", new Claimed());
            control("c1", new Cancel(TASK, 0L));
            assertThat(read(topics.outcomes())).singleElement().satisfies(outcome -> {
                assertThat(outcome.value().getOutcome()).isEqualTo(Outcome.CANCELLED);
                assertThat(outcome.value().getReason()).isEqualTo("cancelled by bob");
                assertThat(outcome.value().getAttempt()).isEqualTo(1);
                assertThat(outcome.value().getWorker()).isEqualTo("w1");
            });
            assertThat(states().getLast()).satisfies(state -> {
                assertThat(state.getPhase()).isEqualTo(Phase.DELIVERING);
                assertThat(state.getOutcome()).isEqualTo(Outcome.CANCELLED);
                assertThat(state.getAttempt()).isEqualTo(1);
            });
        }

        @Test
        void anOutcomeWithoutAnAttemptNamesNone() {
            request();
            control("c1", new Cancel(TASK, 0L));
            assertThat(read(topics.outcomes())).singleElement().satisfies(outcome -> {
                assertThat(outcome.value().getAttempt()).isZero();
                assertThat(outcome.value().getWorker()).isEmpty();
            });
        }

        @Test
        void retryMakesANewTaskInTheSameLaneThatKnowsItsPredecessor() {
            wholeTask();
            control("c1", new Retry(TASK, 0L));
            control("c1", new Retry(TASK, 0L));
            assertThat(read(topics.work())).singleElement().satisfies(work -> {
                TaskRequest again = work.value().getTask();
                assertThat(again.getTaskId()).isNotEqualTo(TASK);
                assertThat(again.getPredecessor()).isEqualTo(TASK);
                assertThat(again.getRequestedBy()).isEqualTo("bob");
                assertThat(again.getInstruction()).isEqualTo("do it");
            });
            assertThat(states())
                    .singleElement()
                    .satisfies(state -> assertThat(state.getLane()).isEqualTo("alice/demo#7"));
        }

        @Test
        void retryOfWhatHasNotEndedIsRefused() {
            request();
            control("c1", new Retry(TASK, 0L));
            assertThat(reasons()).containsExactly("task task-number-1 has not ended; cancel it first, or wait");
        }

        @Test
        void cancelOfAnIssueEndsAllItsTasksAndOffersNoneInBetween() {
            request();
            request("task-number-2");
            read(topics.work());
            control("c1", new Cancel("", 7L));
            assertThat(read(topics.outcomes()))
                    .extracting(outcome -> outcome.value().getTaskId())
                    .containsExactly("task-number-2", TASK);
            assertThat(read(topics.work())).isEmpty();
        }

        @Test
        void retryOfAnIssueIsOfItsNewestTask() {
            request();
            request("task-number-2");
            control("c1", new Cancel("", 7L));
            deliver();
            deliver("task-number-2");
            read(topics.work());
            control("c2", new Retry("", 7L));
            assertThat(read(topics.work()))
                    .singleElement()
                    .satisfies(work ->
                            assertThat(work.value().getTask().getPredecessor()).isEqualTo("task-number-2"));
        }

        @Test
        void anIssueWithoutTasksIsRefusedByName() {
            wholeTask();
            control("c1", new Cancel("", 7L));
            control("c2", new Cancel("", 8L));
            control("c3", new Retry("", 8L));
            control("c4", new Retry(TASK, 8L));
            assertThat(reasons())
                    .containsExactly(
                            "all tasks of Alice/Demo#7 have ended already",
                            "no task of Alice/Demo#8 is known",
                            "no task of Alice/Demo#8 is known",
                            "name a task or the number of an issue, not both: task-number-1 and 8");
        }

        @Test
        void anUnknownTaskIsRefusedByName() {
            control("c1", new Cancel("task-number-9", 0L));
            control("c2", new Retry("task-number-9", 0L));
            control("c3", new Approve("task-number-9"));
            assertThat(reasons())
                    .containsExactly(
                            "task task-number-9 is not known",
                            "task task-number-9 is not known",
                            "no task waits for an approval");
        }

        @Test
        void aPauseHoldsUpItsRepositoryUntilItIsTakenBack() {
            control("c1", new Pause("cleaning", false));
            request();
            assertThat(read(topics.work())).isEmpty();
            assertThat(states())
                    .singleElement()
                    .satisfies(state -> assertThat(state.getWaitingFor()).isEqualTo("paused by bob: cleaning"));
            control("c2", new Resume(""));
            assertThat(read(topics.work())).hasSize(1);
        }

        @Test
        void thePauseOfEverythingIsSpreadAndHoldsUpEveryRepository() {
            everything("c1", new Pause("fire", false));
            request();
            assertThat(read(topics.controls()))
                    .singleElement()
                    .satisfies(copy -> assertThat(copy.headers().lastHeader("millrace_spread"))
                            .isNotNull());
            assertThat(read(topics.work())).isEmpty();
            assertThat(states().getLast().getWaitingFor()).isEqualTo("everything is paused by bob: fire");
            everything("c2", new Resume(""));
            assertThat(read(topics.work())).hasSize(1);
        }

        @Test
        void theSameWishAgainIsNoNewOne() {
            control("c1", new Pause("", false));
            control("c2", new Resume(""));
            control("c1", new Pause("", false));
            request();
            assertThat(read(topics.work())).hasSize(1);
        }

        @Test
        void onlyPausesAreForEverything() {
            everything("c1", new Cancel(TASK, 0L));
            assertThat(reasons()).containsExactly("repo may be empty only to pause or resume everything");
        }

        private void control(String id, Object control) {
            input(topics.controls()).pipeInput(KEY, new ControlRequest(id, REPO, "bob", NOON, control));
        }

        private void everything(String id, Object control) {
            input(topics.controls()).pipeInput("", new ControlRequest(id, "", "bob", NOON, control));
        }
    }

    private List<String> reasons() {
        return driver
                .createOutputTopic(topics.deadLetters().name(), new StringDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList()
                .stream()
                .map(letter -> text(letter.headers()
                        .lastHeader("millrace_dead_letter_reason")
                        .value()))
                .toList();
    }

    private void wholeTask() {
        request();
        attempt("w1", new Claimed());
        attempt("w1", finished(Outcome.NO_CHANGE));
        deliver();
        read(topics.work());
        states();
    }

    private void request() {
        input(topics.requests()).pipeInput(KEY, taskRequest());
    }

    private void request(String task) {
        input(topics.requests())
                .pipeInput(
                        KEY,
                        TaskRequest.newBuilder(taskRequest()).setTaskId(task).build());
    }

    private static TaskRequest taskRequest() {
        return TaskRequest.newBuilder()
                .setTaskId(TASK)
                .setRepo(REPO)
                .setNumber(7)
                .setRequestedBy("alice")
                .setRequestedAt(NOON)
                .setInstruction("do it")
                .build();
    }

    private void attempt(String worker, SpecificRecord event) {
        attempt(worker, 1, event);
    }

    private void attempt(String worker, int attempt, SpecificRecord event) {
        input(topics.attempts()).pipeInput(KEY, new AttemptEvent(TASK, REPO, attempt, worker, NOON, event));
    }

    private static Finished finished(Outcome outcome) {
        return Finished.newBuilder()
                .setOutcome(outcome)
                .setSummary("done")
                .setReason("no\nspace left")
                .build();
    }

    private void deliver() {
        deliver(TASK);
    }

    private void deliver(String task) {
        input(topics.deliveries())
                .pipeInput(
                        KEY,
                        Delivery.newBuilder()
                                .setTaskId(task)
                                .setRepo(REPO)
                                .setDeliveredAt(NOON)
                                .setOutcome(Outcome.SOLVED)
                                .setPullRequest(7)
                                .build());
    }

    private List<TaskState> states() {
        return read(topics.tasks()).stream().map(TestRecord::value).toList();
    }

    private List<Phase> phases() {
        return states().stream().map(TaskState::getPhase).toList();
    }

    private TestInputTopic<String, Object> input(Topic<?> topic) {
        return driver.createInputTopic(topic.name(), new StringSerializer(), contracts.serializer());
    }

    private <V extends SpecificRecord> List<TestRecord<String, V>> read(Topic<V> topic) {
        return driver.createOutputTopic(topic.name(), new StringDeserializer(), contracts.deserializer(topic))
                .readRecordsToList();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
