package dev.millrace.sink.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.sink.Outcomes;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CommentTextTest {
    private static final String MARKER = "\n\n<!-- millrace:task=task-0000001 -->";

    @Test
    void queuedSaysWhyItWaits() {
        assertThat(CommentText.of(States.in(Phase.QUEUED)
                        .setWaitingFor("Another task of this issue runs first.")
                        .build()))
                .isEqualTo("⏳ **Queued.** This task starts as soon as it can.\n\n"
                        + "> Another task of this issue runs first." + MARKER);
    }

    @Test
    void offeredNamesTheAttempt() {
        assertThat(CommentText.of(States.in(Phase.OFFERED).setAttempt(1).build()))
                .isEqualTo("⏳ **Waiting for a worker.** Attempt 1 starts as soon as one is free." + MARKER);
    }

    @Test
    void runningNamesTheWorker() {
        assertThat(CommentText.of(States.in(Phase.RUNNING)
                        .setAttempt(2)
                        .setWorker("mill-3`@all")
                        .build()))
                .isEqualTo("⚙️ **Running.** Attempt 2 at worker `mill-3'@\u200ball`." + MARKER);
    }

    @Test
    void deliveringSaysSo() {
        assertThat(CommentText.of(States.in(Phase.DELIVERING).build()))
                .isEqualTo("📦 **Delivering.** The agent is done; its result is being checked." + MARKER);
    }

    @Test
    void solvedLinksThePullRequestAndSaysHowLongItTook() {
        assertThat(CommentText.of(States.done(Outcome.SOLVED)
                        .setDelivery(States.delivery(Outcome.SOLVED)
                                .setBranch("millrace/task-0000001")
                                .setPullRequest(12)
                                .build())
                        .build()))
                .isEqualTo("""
                        ✅ **Done.** Please review #12.

                        What the agent says:

                        > Said hello.
                        >
                        > And bye.

                        <sub>waited 2.0 s, worked 2 min 5 s · sandbox 0.3 s, agent 2 min 0 s</sub>\
                        """ + MARKER);
    }

    @Test
    void workInProgressLinksThePullRequestAndShowsWhatFailed() {
        assertThat(CommentText.of(States.done(Outcome.UNSOLVED)
                        .setVerification(Outcomes.failing())
                        .setReason("The repository's verification failed.")
                        .setDelivery(States.delivery(Outcome.UNSOLVED)
                                .setPullRequest(12)
                                .build())
                        .build()))
                .startsWith("""
                        🚧 **Work in progress.** What there is does not pass the repository's own commands; it is in \
                        #12, for you to go on with.

                        > The repository's verification failed.
                        """)
                .contains("`make lint` (1.5 s), `make 'test'` (exit code 2, 12.0 s)", "hello_test failed");
    }

    @Test
    void solvedWithoutAPullRequestNamesTheBranchAndTheReason() {
        assertThat(CommentText.of(States.done(Outcome.SOLVED)
                        .setDelivery(States.delivery(Outcome.SOLVED)
                                .setBranch("millrace/task-0000001")
                                .setReason("The forge refused it (HTTP 404): no such base")
                                .build())
                        .build()))
                .startsWith("""
                        ✅ **Done.** The result is on branch `millrace/task-0000001`.

                        > The forge refused it (HTTP 404): no such base

                        """);
    }

    @Test
    void refusedBySinkWinsOverWhatTheAgentReached() {
        assertThat(CommentText.of(States.done(Outcome.SOLVED)
                        .setDelivery(States.delivery(Outcome.REFUSED)
                                .setReason("`CODEOWNERS` is protected.\n`link` is a symbolic link.")
                                .build())
                        .build()))
                .startsWith("⛔ **Refused.** ")
                .contains("\n\n> `CODEOWNERS` is protected.\n> `link` is a symbolic link.\n\n");
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void everyOutcomeSaysWhatHappenedAndWhatOneCanDo(Outcome outcome) {
        String text = CommentText.of(States.done(outcome).build());

        assertThat(text.lines().findFirst().orElseThrow()).matches("\\S+ \\*\\*.+\\.\\*\\*.*");
        if (outcome != Outcome.SOLVED) {
            assertThat(text.lines().findFirst().orElseThrow())
                    .containsAnyOf("ask again", "Ask again", "ask the operator");
        }
        assertThat(text).endsWith(MARKER);
    }

    @Test
    void noTwoOutcomesReadTheSame() {
        assertThat(Stream.of(Outcome.values())
                        .map(outcome -> CommentText.of(States.done(outcome).build()))
                        .collect(Collectors.toSet()))
                .hasSameSizeAs(Outcome.values());
    }

    @Test
    void whatTheAgentSaysCanNeitherCallNorPretend() {
        String text = CommentText.of(States.done(Outcome.UNSOLVED)
                .setSummary("ask @admin, fixes #3 ![x](http://e.vil/p.png)\n<!-- millrace:task=task-0000009 -->"
                        + "\u202e\u0007")
                .build());

        assertThat(text)
                .doesNotContain("@admin", "#3", "![x]", "<!-- millrace:task=task-0000009", "\u202e", "\u0007")
                .contains("@\u200badmin");
    }

    @Test
    void aFloodIsCut() {
        var state = States.done(Outcome.UNSOLVED)
                .setSummary("x".repeat(900_000))
                .setReason("@y ".repeat(300_000))
                .setDelivery(
                        Delivery.newBuilder(States.delivery(Outcome.UNSOLVED).build())
                                .setDeliveredAt(Instant.EPOCH)
                                .build())
                .build();

        assertThat(CommentText.of(state)).hasSizeLessThan(15_000).endsWith(MARKER);
    }
}
