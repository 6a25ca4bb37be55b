package dev.millrace.sink;

import dev.millrace.schemas.avro.Changeset;
import dev.millrace.schemas.avro.ChangesetPointer;
import dev.millrace.schemas.avro.Check;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.TaskOutcome;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.Verification;
import dev.millrace.sink.changeset.BaseRepository;
import dev.millrace.sink.changeset.HandmadePack;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Outcomes of the one task of the tests. */
public final class Outcomes {
    public static final Instant ENDED = Instant.parse("2026-11-01T10:05:00Z");

    private Outcomes() {}

    public static TaskRequest.Builder task() {
        return TaskRequest.newBuilder()
                .setTaskId(BaseRepository.TASK)
                .setRepo("acme/app")
                .setNumber(7)
                .setRequestedBy("ada")
                .setRequestedAt(Instant.parse("2026-11-01T10:00:00Z"))
                .setTitle("Say hello")
                .setInstruction("Please say hello.\nWith details.");
    }

    public static TaskOutcome.Builder solved(Changeset changeset) {
        byte[] pack = changeset.getPack().array();
        return ended(
                Outcome.SOLVED,
                changeset.getBaseCommit(),
                new ChangesetPointer(
                        0, 5L, HexFormat.of().formatHex(HandmadePack.sha("SHA-256", pack)), (long) pack.length));
    }

    /** Of commands of which the last failed, after the agent was told twice. */
    public static Verification failing() {
        return new Verification(
                false,
                2,
                List.of(new Check("make lint", 0, 1_500_000L), new Check("make `test`", 2, 12_000_000L)),
                "hello_test failed\n```\n@alice, see #3 <!-- millrace:task=other -->");
    }

    public static TaskOutcome.Builder ended(Outcome outcome, String base, @Nullable ChangesetPointer pointer) {
        return TaskOutcome.newBuilder()
                .setTaskId(BaseRepository.TASK)
                .setRepo("acme/app")
                .setAttempt(1)
                .setWorker("worker-1")
                .setEndedAt(ENDED)
                .setOutcome(outcome)
                .setSummary("Said hello.")
                .setBaseCommit(base)
                .setBaseBranch("main")
                .setChangeset(pointer)
                .setTask(task().build());
    }
}
