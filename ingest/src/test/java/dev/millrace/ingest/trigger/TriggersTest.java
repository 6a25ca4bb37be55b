package dev.millrace.ingest.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.ingest.trigger.ForgeEvent.Comment;
import dev.millrace.ingest.trigger.ForgeEvent.CommentCreated;
import dev.millrace.ingest.trigger.ForgeEvent.Issue;
import dev.millrace.ingest.trigger.ForgeEvent.IssueLabelled;
import dev.millrace.ingest.trigger.ForgeEvent.IssueOpened;
import dev.millrace.ingest.trigger.Triggers.Forge.IssueNow;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TriggerKind;
import dev.millrace.schemas.id.RepoId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class TriggersTest {
    private static final RepoId REPO = RepoId.parse("Alice/demo2");
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final FakeForge forge = new FakeForge();
    private Triggers triggers = triggers(List.of());

    @BeforeEach
    void anIssueThatIsOpenAndLabelled() {
        forge.issues.put(2L, new IssueNow(true, false, Set.of("bug", "agent")));
        forge.labelEvents.put(2L, 41L);
    }

    @Nested
    class ALabel {
        @Test
        void asksForTheAgent() {
            TaskRequest task = task(labelled("bob", "agent"));

            assertThat(task.getRepo()).isEqualTo("Alice/demo2");
            assertThat(task.getNumber()).isEqualTo(2);
            assertThat(task.getTrigger()).isEqualTo(TriggerKind.LABEL);
            assertThat(task.getRequestedBy()).isEqualTo("bob");
            assertThat(task.getRequestedAt()).isEqualTo(NOON);
            assertThat(task.getTitle()).isEqualTo("It breaks");
            assertThat(task.getInstruction()).isEqualTo("It breaks\n\nWhen I press it.");
        }

        @Test
        void ofAnotherNameDoesNot() {
            assertThat(ignored(labelled("bob", "bug", "Agent"))).contains("no label agent");
        }

        @Test
        void onAPullRequestDoesNot() {
            var pull = new Issue(REPO, 2, "t", "b", List.of("agent"), true);

            assertThat(ignored(new IssueLabelled(pull, "bob"))).contains("issues only");
        }

        @Test
        void thatIsGoneByNowDoesNot() {
            forge.issues.put(2L, new IssueNow(true, false, Set.of("bug")));

            assertThat(ignored(labelled("bob", "agent"))).contains("not open with label agent");
        }

        @Test
        void onAnIssueThatIsClosedByNowDoesNot() {
            forge.issues.put(2L, new IssueNow(false, false, Set.of("agent")));

            assertThat(ignored(labelled("bob", "agent"))).contains("not open");
        }

        @Test
        void onAnIssueThatIsGoneByNowDoesNot() {
            forge.issues.clear();

            assertThat(ignored(labelled("bob", "agent"))).contains("not open");
        }

        @Test
        void isOneTaskHoweverOftenItIsTold() {
            assertThat(task(labelled("bob", "agent")).getTaskId())
                    .isEqualTo(task(labelled("alice", "agent", "bug")).getTaskId());
        }

        @Test
        void setAnewIsANewTask() {
            String first = task(labelled("bob", "agent")).getTaskId();
            forge.labelEvents.put(2L, 57L);

            assertThat(task(labelled("bob", "agent")).getTaskId()).isNotEqualTo(first);
        }

        @Test
        void isOneTaskPerIssueWhereTheForgeHasNoTimeline() {
            forge.labelEvents.clear();

            assertThat(task(labelled("bob", "agent")).getTaskId())
                    .isEqualTo(task(labelled("bob", "agent")).getTaskId());
        }
    }

    @Nested
    class AnIssueThatIsOpened {
        @Test
        void withAMentionIsATask() {
            TaskRequest task = task(opened("Fix it, @agent-bot"));

            assertThat(task.getTrigger()).isEqualTo(TriggerKind.MENTION);
            assertThat(task.getInstruction()).isEqualTo("It breaks\n\nFix it, @agent-bot");
        }

        @Test
        void withNeitherLabelNorMentionIsNone() {
            assertThat(ignored(opened("Fix it"))).contains("neither");
        }

        @Test
        void withLabelAndMentionIsOneTaskWithItsLabelEvent() {
            assertThat(task(opened("Fix it, @agent-bot", "agent")).getTaskId())
                    .isEqualTo(task(labelled("bob", "agent")).getTaskId())
                    .isEqualTo(task(opened("Fix it", "agent")).getTaskId());
        }

        @Test
        void withLabelAndMentionIsThatTaskEvenIfTheLabelIsGoneByNow() {
            String labelled = task(labelled("bob", "agent")).getTaskId();
            forge.issues.put(2L, new IssueNow(true, false, Set.of()));

            assertThat(task(opened("Fix it, @agent-bot", "agent")).getTaskId()).isEqualTo(labelled);
            assertThat(ignored(opened("Fix it", "agent"))).contains("not open with label agent");
        }

        @Test
        void withAMentionAndLabelledLaterIsTwoWishes() {
            assertThat(task(opened("Fix it, @agent-bot")).getTaskId())
                    .isNotEqualTo(task(labelled("bob", "agent")).getTaskId());
        }
    }

    @Nested
    class AComment {
        @Test
        void withAMentionIsATaskWithItsContext() {
            TaskRequest task = task(commented("bob", 20, "@agent-bot make it blue<!-- and red -->", false));

            assertThat(task.getTrigger()).isEqualTo(TriggerKind.MENTION);
            assertThat(task.getInstruction())
                    .isEqualTo("make it blue\n\n---\nThis was said on issue #2:\n\nIt breaks\n\nWhen I press it.");
        }

        @Test
        void onAPullRequestIsATask() {
            assertThat(task(commented("bob", 20, "@agent-bot rebase", true)).getInstruction())
                    .contains("pull request #2");
        }

        @Test
        void withNothingButTheMentionIsAboutTheIssue() {
            assertThat(task(commented("bob", 20, "@agent-bot", false)).getInstruction())
                    .isEqualTo("It breaks\n\nWhen I press it.");
        }

        @Test
        void withoutAMentionIsNone() {
            assertThat(ignored(commented("bob", 20, "make it blue", false))).contains("no mention");
        }

        @Test
        void isOneTaskByItsId() {
            assertThat(task(commented("bob", 20, "@agent-bot a", false)).getTaskId())
                    .isEqualTo(task(commented("bob", 20, "@agent-bot b", false)).getTaskId())
                    .isNotEqualTo(
                            task(commented("bob", 21, "@agent-bot a", false)).getTaskId());
        }
    }

    @Nested
    class WhoAsks {
        @Test
        void mustBeAllowedToWrite() {
            forge.writers.remove("bob");

            assertThat(ignored(labelled("bob", "agent"))).contains("bob may not write");
            assertThat(ignored(commented("bob", 20, "@agent-bot a", false))).contains("bob may not write");
            assertThat(ignored(opened("@agent-bot"))).contains("bob may not write");
            assertThat(ignored(opened("@agent-bot", "agent"))).contains("bob may not write");
        }

        @Test
        void isNeverTheBot() {
            for (int i = 0; i < 100; i++) {
                assertThat(ignored(commented("Agent-Bot", i + 1, "@agent-bot go on", false)))
                        .contains("the bot's own");
            }
            assertThat(ignored(labelled("agent-bot", "agent"))).contains("the bot's own");
            assertThat(ignored(new IssueOpened(issue("@agent-bot", List.of("agent")), "AGENT-BOT")))
                    .contains("the bot's own");
        }

        @Test
        void isNotTheBotInSomebodyElsesName() {
            var comment = new Comment(20, "agent-bot", "@agent-bot a");

            assertThat(ignored(new CommentCreated(issue("b", List.of()), comment, "alice")))
                    .contains("the bot's own");
        }

        @Test
        void isNotDecidedWithoutTheForge() {
            forge.away = true;

            assertThatThrownBy(() -> triggers.rule(labelled("bob", "agent"))).hasMessageContaining("away");
        }

        @Test
        void doesNotMatterForOtherEventsEvenWithoutTheForge() {
            forge.away = true;

            assertThat(ignored(new ForgeEvent.Other("push"))).contains("push");
        }
    }

    @Nested
    class Repositories {
        @ParameterizedTest
        @ValueSource(strings = {"alice/demo2", "ALICE/*", "*/demo2", "*/*", "al*/de*2"})
        void areServedWhereAPatternAllows(String pattern) {
            triggers = triggers(List.of("nobody/nothing", pattern));

            assertThat(task(labelled("bob", "agent"))).isNotNull();
        }

        @ParameterizedTest
        @ValueSource(strings = {"alice/demo", "alice/demo22", "bob/*", "alice/demo.", "lice/*"})
        void areNotServedOtherwise(String pattern) {
            triggers = triggers(List.of(pattern));

            assertThat(ignored(labelled("bob", "agent"))).contains("not among the repositories");
        }

        @ParameterizedTest
        @ValueSource(strings = {"alice", "alice/demo/x", "alice/(x)", "", "/x"})
        void areNotNamedByNonsense(String pattern) {
            assertThatThrownBy(() -> triggers(List.of(pattern)))
                    .hasMessageContaining("millrace.ingest.trigger.repositories");
        }
    }

    private Triggers triggers(List<String> repositories) {
        var properties = new TriggerProperties("agent", repositories, DataSize.ofKilobytes(64), Duration.ofMinutes(1));
        return new Triggers(properties, forge, InstantSource.fixed(NOON));
    }

    private TaskRequest task(ForgeEvent event) {
        var ruling = triggers.rule(event);
        assertThat(ruling).isInstanceOf(Ruling.Task.class);
        return ((Ruling.Task) ruling).request();
    }

    private String ignored(ForgeEvent event) {
        var ruling = triggers.rule(event);
        assertThat(ruling).isInstanceOf(Ruling.Ignored.class);
        return ((Ruling.Ignored) ruling).reason();
    }

    private static Issue issue(String body, List<String> labels) {
        return new Issue(REPO, 2, "It breaks", body, labels, false);
    }

    private static IssueLabelled labelled(String sender, String... labels) {
        return new IssueLabelled(issue("When I press it.", List.of(labels)), sender);
    }

    private static IssueOpened opened(String body, String... labels) {
        return new IssueOpened(issue(body, List.of(labels)), "bob");
    }

    private static CommentCreated commented(String sender, long id, String body, boolean pull) {
        var issue = new Issue(REPO, 2, "It breaks", "When I press it.", List.of(), pull);
        return new CommentCreated(issue, new Comment(id, sender, body), sender);
    }
}
