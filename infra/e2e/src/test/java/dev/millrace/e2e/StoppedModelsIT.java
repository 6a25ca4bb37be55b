package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.avro.ControlRequest;
import dev.millrace.schemas.avro.PastAttempt;
import dev.millrace.schemas.avro.Pause;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.scripted.Failure;
import dev.millrace.scripted.Scenario;
import dev.millrace.scripted.ScriptedModel;
import dev.millrace.scripted.Turn;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pause of everything that stops all models, by a record on {@code controls}, while the built-in agent asks one. */
class StoppedModelsIT {
    private static final Duration SHORTLY = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void putsOffWhatRunsWithoutWaitingForItsModelAndCostsTheTaskNothing() throws Exception {
        try (var model = new ScriptedModel(
                        Scenario.of(Turn.fail(Failure.Midway.STALL).times(0)));
                var world = World.start(
                        directory,
                        Map.of(
                                "millrace.worker.agent.default", "builtin",
                                "millrace.worker.model.base-url", model.baseUrl(),
                                "millrace.worker.model.name", "scripted"))) {
            TaskId task = world.ask(world.newIssue("Stopped in the middle"));
            await("the model").atMost(SHORTLY).until(() -> !model.asked().isEmpty());

            publish(world, new ControlRequest("stop-1", "", "ann", Instant.now(), new Pause("the bill", true)));

            TaskState putOff =
                    world.wire().awaitState(task, state -> !state.getAttempts().isEmpty());
            PastAttempt past = putOff.getAttempts().getFirst();
            assertThat(past.getReason()).isEqualTo("All models are stopped: the bill, paused by ann");
            assertThat(past.getBroken()).isFalse();
            assertThat(putOff.getOutcome()).isNull();
            assertThat(model.asked()).hasSize(1);
        }
    }

    private static void publish(World world, ControlRequest wish) throws Exception {
        try (var producer = new KafkaProducer<String, Object>(
                world.stages().kafka().producer(),
                new StringSerializer(),
                world.stages().contracts().serializer())) {
            producer.send(new ProducerRecord<>(world.topics().controls().name(), "", wish))
                    .get(SHORTLY.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
