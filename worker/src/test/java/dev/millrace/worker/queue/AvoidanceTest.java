package dev.millrace.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.WorkItem;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AvoidanceTest {
    private static final WorkerName WORKER = new WorkerName("w1", "w1");

    private static WorkItem avoiding(String... workers) {
        return WorkItem.newBuilder()
                .setTaskId("task-number-1")
                .setRepo("alice/demo")
                .setAttempt(3)
                .setOfferedAt(Instant.EPOCH)
                .setTask(TaskRequest.newBuilder()
                        .setTaskId("task-number-1")
                        .setRepo("alice/demo")
                        .setRequestedBy("alice")
                        .setRequestedAt(Instant.EPOCH)
                        .setInstruction("do it")
                        .build())
                .setAvoid(List.of(workers))
                .build();
    }

    @Test
    void whoBrokeATaskLeavesItToOthers() {
        assertThat(Avoidance.leaves(avoiding("w1"), WORKER, 1)).isTrue();
        assertThat(Avoidance.leaves(avoiding("w2", "w1"), WORKER, 2)).isTrue();
    }

    @Test
    void whoDidNotTakesIt() {
        assertThat(Avoidance.leaves(avoiding(), WORKER, 1)).isFalse();
        assertThat(Avoidance.leaves(avoiding("w2"), WORKER, 1)).isFalse();
    }

    @Test
    void itIsTakenOnceAllThatBrokeItMayHaveHadIt() {
        assertThat(Avoidance.leaves(avoiding("w1"), WORKER, 2)).isFalse();
        assertThat(Avoidance.leaves(avoiding("w2", "w1"), WORKER, 3)).isFalse();
    }
}
