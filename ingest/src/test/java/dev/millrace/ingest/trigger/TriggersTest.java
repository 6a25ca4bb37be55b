package dev.millrace.ingest.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.gitea.GiteaHistory.Branches;
import dev.millrace.gitea.GiteaHistory.Entry;
import dev.millrace.gitea.GiteaHistory.Remark;
import dev.millrace.gitea.GiteaHistory.Review;
import dev.millrace.ingest.trigger.ForgeEvent.Assigned;
import dev.millrace.ingest.trigger.ForgeEvent.Comment;
import dev.millrace.ingest.trigger.ForgeEvent.CommentCreated;
import dev.millrace.ingest.trigger.ForgeEvent.Issue;
import dev.millrace.ingest.trigger.ForgeEvent.Labelled;
import dev.millrace.ingest.trigger.ForgeEvent.Opened;
import dev.millrace.ingest.trigger.ForgeEvent.ReviewRequested;
import dev.millrace.ingest.trigger.ForgeEvent.Reviewed;
import dev.millrace.ingest.trigger.Triggers.Forge.Note;
import dev.millrace.schemas.avro.Cancel;
import dev.millrace.schemas.avro.RemarkKind;
import dev.millrace.schemas.avro.Retry;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TriggerKind;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
    void anIssueThatIsOpenAndLabelledAndAssigned() {
        forge.stands(2, true, List.of("bug", "agent"), List.of("agent-bot"));
        forge.happened(41, Entry.Kind.LABELLED, "bob", "agent", 600);
        forge.happened(42, Entry.Kind.ASSIGNED, "bob", "agent-bot", 700);
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
            assertThat(task.getBaseBranch()).isEmpty();
        }

        @Test
        void ofAnotherNameDoesNot() {
            assertThat(ignored(labelled("bob", "bug", "Agent"))).contains("no label agent");
        }

        @Test
        void onAPullRequestDoesToo() {
            forge.branches.put(2L, new Branches("bob", true, "fix", true, "main"));

            assertThat(task(new Labelled(pull("b", "agent"), "bob")).getTrigger())
                    .isEqualTo(TriggerKind.LABEL);
        }

        @Test
        void thatIsGoneByNowDoesNot() {
            forge.stands(2, true, List.of("bug"), List.of());

            assertThat(ignored(labelled("bob", "agent"))).contains("not open with agent");
        }

        @Test
        void onAnIssueThatIsClosedByNowDoesNot() {
            forge.stands(2, false, List.of("agent"), List.of());

            assertThat(ignored(labelled("bob", "agent"))).contains("not open");
        }

        @Test
        void onAnIssueThatIsGoneByNowDoesNot() {
            forge.issues.clear();

            assertThat(ignored(labelled("bob", "agent"))).contains("not open");
        }

        @Test
        void isTheWishOfWhoSetItWhoeverTouchedTheLabelsSince() {
            assertThat(task(labelled("alice", "agent")).getRequestedBy()).isEqualTo("bob");

            forge.writers.remove("bob");
            assertThat(refused(labelled("alice", "agent")).reason()).contains("bob may not write");
        }

        @Test
        void thatTheBotSetItselfDoesNot() {
            forge.happened(43, Entry.Kind.LABELLED, "Agent-Bot", "agent", 800);

            assertThat(ignored(labelled("alice", "agent"))).contains("the bot's own");
        }

        @Test
        void isOneTaskHoweverOftenItIsTold() {
            assertThat(task(labelled("bob", "agent")).getTaskId())
                    .isEqualTo(task(labelled("alice", "agent", "bug")).getTaskId());
        }

        @Test
        void setAnewIsANewTask() {
            String first = task(labelled("bob", "agent")).getTaskId();
            forge.happened(57, Entry.Kind.LABELLED, "bob", "agent", 900);

            assertThat(task(labelled("bob", "agent")).getTaskId()).isNotEqualTo(first);
        }

        @Test
        void isOneTaskPerIssueWhereTheForgeHasNoTimeline() {
            forge.hasTimeline = false;

            assertThat(task(labelled("bob", "agent")).getTaskId())
                    .isEqualTo(task(labelled("bob", "agent")).getTaskId());
        }
    }

    @Nested
    class AnAssignment {
        @Test
        void ofTheBotAsksForTheAgent() {
            TaskRequest task = task(assigned("bob", "alice", "Agent-Bot"));

            assertThat(task.getTrigger()).isEqualTo(TriggerKind.ASSIGNMENT);
            assertThat(task.getRequestedBy()).isEqualTo("bob");
            assertThat(task.getInstruction()).isEqualTo("It breaks\n\nWhen I press it.");
        }

        @Test
        void ofSomebodyElseDoesNot() {
            assertThat(ignored(assigned("bob", "alice"))).contains("agent-bot is not assigned");
        }

        @Test
        void thatWasTakenBackDoesNot() {
            forge.stands(2, true, List.of(), List.of("alice"));

            assertThat(ignored(assigned("bob", "agent-bot"))).contains("not open with agent-bot");
        }

        @Test
        void isAWishOfItsOwnBesideALabelThatCameEarlier() {
            assertThat(task(assigned("bob", "agent-bot")).getTaskId())
                    .isNotEqualTo(task(labelled("bob", "agent")).getTaskId());
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
        void withNeitherLabelNorMentionNorAssignmentIsNone() {
            assertThat(ignored(opened("Fix it"))).contains("neither");
        }

        @Test
        void withLabelAssigneeAndMentionIsOneTaskInWhateverOrderItIsTold() {
            forge.timeline.clear();
            forge.happened(11, Entry.Kind.LABELLED, "bob", "agent", 0);
            forge.happened(12, Entry.Kind.ASSIGNED, "bob", "agent-bot", 1);
            String body = "Fix it, @agent-bot";
            var issue = new Issue(REPO, 2, "It breaks", body, List.of("agent"), List.of("agent-bot"), false);

            assertThat(Stream.of(
                                    new Assigned(issue, "bob"),
                                    new Labelled(issue, "bob"),
                                    new Opened(issue, "bob"),
                                    opened(body),
                                    opened("Fix it", "agent"))
                            .map(event -> task(event).getTaskId()))
                    .hasSize(5)
                    .containsOnly(task(opened(body)).getTaskId());
        }

        @Test
        void isOneTaskInAForgeWithoutATimelineToo() {
            forge.hasTimeline = false;

            assertThat(task(opened("Fix it, @agent-bot")).getTaskId())
                    .isEqualTo(task(labelled("bob", "agent")).getTaskId())
                    .isEqualTo(task(assigned("bob", "agent-bot")).getTaskId());
        }

        @Test
        void withAMentionIsATaskEvenIfTheLabelIsGoneByNow() {
            forge.stands(2, true, List.of(), List.of());

            assertThat(task(opened("Fix it, @agent-bot", "agent"))).isNotNull();
            assertThat(ignored(opened("Fix it", "agent"))).contains("not open with agent");
        }

        @Test
        void withAMentionAndLabelledLaterIsTwoWishes() {
            assertThat(task(opened("Fix it, @agent-bot")).getTaskId())
                    .isNotEqualTo(task(labelled("bob", "agent")).getTaskId());
        }
    }

    @Nested
    class AReview {
        private final Reviewed told = new Reviewed(pull("b"), Optional.empty(), "see inline", "bob");

        @BeforeEach
        void ofAPullRequest() {
            forge.branches.put(2L, new Branches("bob", true, "fix", true, "main"));
            forge.reviews.add(new Review(7, "bob", "see inline", NOON));
            forge.reviews.add(new Review(8, "alice", "see inline", NOON));
        }

        @Test
        void thatMentionsTheBotInACommentOnLinesIsATaskWithTheCode() {
            forge.remarks.put(
                    7L,
                    List.of(
                            remark(31, "@agent-bot rename it", "src/a.c", 12, "@@ -1 +1 @@\n-int a;\n+int b;"),
                            remark(30, "why?", "src/b.c", 0, "")));

            TaskRequest task = task(told);

            assertThat(task.getTrigger()).isEqualTo(TriggerKind.REVIEW);
            assertThat(task.getInstruction()).startsWith("""
                            see inline

                            In `src/b.c`:

                            why?

                            In `src/a.c`, line 12:

                            ```diff
                            @@ -1 +1 @@
                            -int a;
                            +int b;
                            ```

                            rename it

                            ---
                            This was said on pull request #2:""");
        }

        @Test
        void thatMentionsItInItsTextIsATask() {
            forge.reviews.add(new Review(9, "bob", "@agent-bot please", NOON));

            assertThat(task(new Reviewed(pull("b"), Optional.empty(), "@agent-bot please", "bob"))
                            .getInstruction())
                    .startsWith("please");
        }

        @Test
        void isOneTaskByItsIdWhetherToldByADeliveryOrByTheHistory() {
            forge.remarks.put(7L, List.of(remark(31, "@agent-bot rename it", "a", 1, "")));

            assertThat(task(told).getTaskId())
                    .isEqualTo(task(new Reviewed(pull("b"), Optional.of(7L), "", "bob"))
                            .getTaskId());
        }

        @Test
        void withoutAMentionIsNone() {
            forge.remarks.put(7L, List.of(remark(31, "`@agent-bot` is a bot", "a", 1, "")));

            assertThat(ignored(told)).contains("no mention");
        }

        @Test
        void thatIsGoneIsNone() {
            forge.reviews.clear();

            assertThat(ignored(told)).contains("not there any more");
        }

        private Remark remark(long id, String body, String path, int line, String code) {
            return new Remark(id, "bob", body, path, line, code, NOON);
        }
    }

    @Nested
    class ARequestForAReview {
        @Test
        void fromTheBotIsATask() {
            forge.happened(50, Entry.Kind.REVIEW_REQUESTED, "bob", "agent-bot", 900);

            TaskRequest task = task(new ReviewRequested(pull("b"), "agent-bot", "bob"));

            assertThat(task.getTrigger()).isEqualTo(TriggerKind.REVIEW_REQUEST);
            assertThat(task.getInstruction()).startsWith("Review the changes");
        }

        @Test
        void fromSomebodyElseIsNone() {
            assertThat(ignored(new ReviewRequested(pull("b"), "alice", "bob"))).contains("another");
        }

        @Test
        void repeatedLaterIsANewTask() {
            forge.happened(50, Entry.Kind.REVIEW_REQUESTED, "bob", "agent-bot", 900);
            String first =
                    task(new ReviewRequested(pull("b"), "agent-bot", "bob")).getTaskId();
            forge.happened(51, Entry.Kind.REVIEW_REQUESTED, "bob", "agent-bot", 950);

            assertThat(task(new ReviewRequested(pull("b"), "agent-bot", "bob")).getTaskId())
                    .isNotEqualTo(first);
        }
    }

    @Nested
    class OnAPullRequest {
        @Test
        void ofTheBotsOwnTheWorkGoesOnOnItsBranch() {
            forge.branches.put(2L, new Branches("Agent-Bot", true, "millrace/abcd1234", true, "main"));

            TaskRequest task = task(commented("bob", 20, "@agent-bot go on", true));

            assertThat(task.getBaseBranch()).isEqualTo("millrace/abcd1234");
            assertThat(task.getTargetBranch()).isEqualTo("millrace/abcd1234");
        }

        @Test
        void ofSomebodyElseTheWorkIsProposedOntoTheirBranchAndNeverPushedThere() {
            forge.branches.put(2L, new Branches("alice", true, "millrace/mine", true, "main"));

            TaskRequest task = task(commented("bob", 20, "@agent-bot go on", true));

            assertThat(task.getBaseBranch()).isEqualTo("millrace/mine");
            assertThat(task.getTargetBranch()).isEmpty();
        }

        @Test
        void thatTheBotOpenedForABranchOfPeopleNothingIsPushedThere() {
            forge.branches.put(2L, new Branches("agent-bot", true, "release", true, "main"));

            assertThat(task(commented("bob", 20, "@agent-bot go on", true)).getTargetBranch())
                    .isEmpty();
        }

        @Test
        void thatIsClosedTheWorkStartsFromWhereItWasToGo() {
            forge.branches.put(2L, new Branches("agent-bot", false, "millrace/abcd1234", true, "main"));

            TaskRequest task = task(commented("bob", 20, "@agent-bot go on", true));

            assertThat(task.getBaseBranch()).isEqualTo("main");
            assertThat(task.getTargetBranch()).isEmpty();
        }

        @Test
        void fromAnotherRepositoryNothingIsStarted() {
            forge.branches.put(2L, new Branches("alice", true, "fix", false, "main"));

            assertThat(refused(commented("bob", 20, "@agent-bot go on", true))
                            .answer()
                            .text())
                    .contains("another repository");
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
    class ACommand {
        @Test
        void toCancelOrToRetryIsAWishAboutTheTasksOfTheIssueOnceByItsComment() {
            var cancel = wanted(commented("bob", 20, "@agent-bot cancel", false));
            var retry = wanted(commented("bob", 21, "@agent-bot retry", true));

            assertThat(cancel.request().getControl()).isEqualTo(new Cancel("", 2L));
            assertThat(cancel.request().getRequestedBy()).isEqualTo("bob");
            assertThat(cancel.request().getRepo()).isEqualTo("Alice/demo2");
            assertThat(cancel.request().getControlId())
                    .isEqualTo(wanted(commented("bob", 20, "@agent-bot cancel", false))
                            .request()
                            .getControlId());
            assertThat(retry.request().getControl()).isEqualTo(new Retry("", 2L));
        }

        @Test
        void mayNameItsTask() {
            var task = TaskId.derivedFrom("a");

            assertThat(wanted(commented("bob", 20, "@agent-bot cancel " + task, false))
                            .request()
                            .getControl())
                    .isEqualTo(new Cancel(task.value(), 0L));
        }

        @Test
        void isForThoseOnlyWhoMayStartTasks() {
            assertThat(refused(commented("mallory", 20, "@agent-bot cancel", false))
                            .reason())
                    .contains("mallory may not write");
            assertThat(refused(commented("mallory", 21, "@agent-bot help", false))
                            .reason())
                    .contains("mallory may not write");
        }

        @Test
        void forTheStatusIsAnsweredWithTheBeginningsOfTheNewestNotes() {
            assertThat(answered(commented("bob", 20, "@agent-bot status", false)))
                    .contains("no task here");

            for (int i = 1; i <= 7; i++) {
                forge.notes.add(
                        new Note(TaskId.derivedFrom("n" + i), "**Running.** Attempt\n%d.\n\nMore".formatted(i)));
            }

            assertThat(answered(commented("bob", 20, "@agent-bot status", false)))
                    .contains("- `%s`: **Running.** Attempt 7.".formatted(TaskId.derivedFrom("n7")))
                    .contains("Attempt 3.")
                    .doesNotContain("Attempt 2.", "More");
        }

        @Test
        void forHelpAndOneThatIsNoneAreAnsweredOnceEachComment() {
            assertThat(answered(commented("bob", 20, "@agent-bot help", false))).contains("@agent-bot plan", "`agent`");
            assertThat(answered(commented("bob", 21, "@agent-bot cancle", false)))
                    .startsWith("I do not know `cancle`. Did you mean `cancel`? Nothing was started.");
            assertThat(((Ruling.Answered) triggers.rule(commented("bob", 21, "@agent-bot cancle", false))).answer())
                    .isEqualTo(((Ruling.Answered) triggers.rule(commented("bob", 21, "@agent-bot cancle", false)))
                            .answer());
        }

        @Test
        void toPlanIsATaskOfWhichNoChangesAreTaken() {
            TaskRequest task = task(commented("bob", 20, "@agent-bot plan --model large how to split it", false));

            assertThat(task.getPlan()).isTrue();
            assertThat(task.getModel()).isEqualTo("large");
            assertThat(task.getInstruction()).startsWith("Only plan this").contains("how to split it");
        }

        @Test
        void toApproveIsATaskWithTheNewestPlanAsPeopleSeeIt() {
            assertThat(answered(commented("bob", 20, "@agent-bot approve", false)))
                    .contains("no plan of mine");

            forge.notes.add(new Note(TaskId.derivedFrom("a"), "An older one"));
            forge.notes.add(new Note(TaskId.derivedFrom("b"), "First this.<!-- hidden --> Then that."));
            TaskRequest task = task(commented("bob", 21, "@agent-bot approve --budget 2", false));

            assertThat(task.getPlan()).isFalse();
            assertThat(task.getBudgetMicros()).isEqualTo(2_000_000);
            assertThat(task.getInstruction()).startsWith("Carry out this plan").contains("First this. Then that.");
        }

        @Test
        void inANewIssueIsForItsTask() {
            TaskRequest task = task(opened("@agent-bot --agent codex\nFix it"));

            assertThat(task.getAgent()).isEqualTo("codex");
            assertThat(task(opened("@agent-bot cancel")).getInstruction()).contains("@agent-bot cancel");
        }
    }

    @Nested
    class WhatWasSaidBefore {
        @Test
        void goesWithTheTaskCleanedAndInOrder() {
            forge.said(18, "alice", "It is <!-- not --> red", 10);
            forge.said(19, "agent-bot", "I do not know. <!-- millrace:answer=x -->", 20);
            forge.said(20, "bob", "@agent-bot a", 30);
            forge.said(21, "bob", "later", 40);

            assertThat(task(commented("bob", 20, "@agent-bot a", false)).getConversation())
                    .singleElement()
                    .satisfies(remark -> {
                        assertThat(remark.getKind()).isEqualTo(RemarkKind.COMMENT);
                        assertThat(remark.getAuthor()).isEqualTo("alice");
                        assertThat(remark.getAt()).isEqualTo(FakeForge.OPENED.plusSeconds(10));
                        assertThat(remark.getText()).isEqualTo("It is  red");
                    });
        }

        @Test
        void isTheNewestOfItWhereThereIsMuch() {
            for (int i = 1; i <= 60; i++) {
                forge.said(i, "alice", "comment " + i, i);
            }
            assertThat(task(commented("bob", 99, "@agent-bot a", false)).getConversation())
                    .extracting(dev.millrace.schemas.avro.Remark::getText)
                    .hasSize(50)
                    .startsWith("comment 11")
                    .endsWith("comment 60");

            forge.comments.clear();
            for (int i = 1; i <= 60; i++) {
                forge.said(i, "alice", "x".repeat(20_000), i);
            }
            var long20 = task(commented("bob", 99, "@agent-bot a", false)).getConversation();
            assertThat(long20)
                    .hasSizeBetween(7, 8)
                    .allSatisfy(remark -> assertThat(remark.getText())
                            .hasSizeLessThanOrEqualTo(8 << 10)
                            .endsWith("bytes]"));
        }

        @Test
        void onAPullRequestHasItsReviewsWithFileLineAndCode() {
            forge.branches.put(2L, new Branches("bob", true, "fix", true, "main"));
            forge.reviews.add(new Review(7, "alice", "almost", FakeForge.OPENED.plusSeconds(5)));
            forge.remarks.put(
                    7L, List.of(new Remark(31, "alice", "why?", "a.c", 3, "+int", FakeForge.OPENED.plusSeconds(4))));

            assertThat(task(commented("bob", 20, "@agent-bot a", true)).getConversation())
                    .satisfiesExactly(
                            code -> {
                                assertThat(code.getKind()).isEqualTo(RemarkKind.CODE);
                                assertThat(code.getPath()).isEqualTo("a.c");
                                assertThat(code.getLine()).isEqualTo(3);
                                assertThat(code.getCode()).isEqualTo("+int");
                            },
                            review -> {
                                assertThat(review.getKind()).isEqualTo(RemarkKind.REVIEW);
                                assertThat(review.getText()).isEqualTo("almost");
                            });
        }
    }

    @Nested
    class WhoAsks {
        @Test
        void mustBeAllowedToWrite() {
            forge.writers.remove("bob");

            assertThat(refused(labelled("bob", "agent")).reason()).contains("bob may not write");
            assertThat(refused(assigned("bob", "agent-bot")).reason()).contains("bob may not write");
            assertThat(refused(commented("bob", 20, "@agent-bot a", false)).reason())
                    .contains("bob may not write");
            assertThat(refused(opened("@agent-bot")).reason()).contains("bob may not write");
        }

        @Test
        void isToldWhyOncePerIssue() {
            forge.writers.clear();

            var first = refused(commented("bob", 20, "@agent-bot a", false));
            var second = refused(commented("bob", 21, "@agent-bot b", false));
            var another = refused(commented("carol", 22, "@agent-bot c", false));

            assertThat(first.answer().text()).contains("`bob`").contains("may write to this repository");
            assertThat(first.place()).isEqualTo(new Place(REPO, 2, Optional.of(20L)));
            assertThat(second.answer().id()).isEqualTo(first.answer().id());
            assertThat(second.id()).isNotEqualTo(first.id());
            assertThat(another.answer().id()).isNotEqualTo(first.answer().id());
        }

        @Test
        void mayBeNamedByTheOperator() {
            triggers = triggers(who(true, List.of("Carol"), List.of("alice/core")));
            forge.members.add("alice/core/dave");

            assertThat(task(commented("carol", 20, "@agent-bot a", false)).getRequestedBy())
                    .isEqualTo("carol");
            assertThat(task(commented("dave", 21, "@agent-bot a", false)).getRequestedBy())
                    .isEqualTo("dave");
            assertThat(refused(commented("erin", 22, "@agent-bot a", false)).reason())
                    .contains("erin");
            assertThat(task(commented("bob", 23, "@agent-bot a", false))).isNotNull();
        }

        @Test
        void mayBeNobodyButThoseNamed() {
            triggers = triggers(who(false, List.of("carol"), List.of()));

            assertThat(task(commented("carol", 20, "@agent-bot a", false))).isNotNull();
            assertThat(refused(commented("bob", 21, "@agent-bot a", false))
                            .answer()
                            .text())
                    .doesNotContain("write");
        }

        @ParameterizedTest
        @ValueSource(strings = {"renovate", "gitea-actions", "ci-bot", "bot-1", "Deploy_Bot", "x[bot]"})
        void isNoBotAndNoBotIsAnswered(String bot) {
            forge.writers.add(bot);

            assertThat(ignored(commented(bot, 20, "@agent-bot a", false))).contains("a bot that is not listed");
        }

        @Test
        void isNoBotThatHidesBehindAPersonsDelivery() {
            forge.writers.add("ci-bot");
            forge.happened(60, Entry.Kind.LABELLED, "ci-bot", "agent", 900);

            assertThat(ignored(labelled("bob", "agent"))).contains("a bot that is not listed");
        }

        @Test
        void isABotThatIsListed() {
            forge.writers.add("ci-bot");
            triggers = triggers(
                    new WhoProperties(true, List.of(), List.of(), List.of("CI-bot"), 60, 20, Duration.ofHours(1)));

            assertThat(task(commented("ci-bot", 20, "@agent-bot a", false))).isNotNull();
        }

        @Test
        void mayStartOnlySoManyTasksAndTheSameOneCountsOnce() {
            triggers = triggers(new WhoProperties(true, List.of(), List.of(), List.of(), 2, 3, Duration.ofHours(1)));
            for (int round = 0; round < 5; round++) {
                assertThat(task(commented("bob", 20, "@agent-bot a", false))).isNotNull();
                assertThat(task(commented("bob", 21, "@agent-bot a", false))).isNotNull();
            }

            assertThat(refused(commented("bob", 22, "@agent-bot a", false)).reason())
                    .contains("bob has started 2 tasks");
            assertThat(task(commented("alice", 23, "@agent-bot a", false))).isNotNull();
            assertThat(refused(commented("alice", 24, "@agent-bot a", false)).reason())
                    .contains("3 tasks were started on Alice/demo2#2");
        }

        @Test
        void isNeverTheBot() {
            for (int i = 0; i < 100; i++) {
                assertThat(ignored(commented("Agent-Bot", i + 1, "@agent-bot go on", false)))
                        .contains("the bot's own");
            }
            assertThat(ignored(labelled("agent-bot", "agent"))).contains("the bot's own");
            assertThat(ignored(new Opened(issue("@agent-bot", List.of("agent")), "AGENT-BOT")))
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
        return new Triggers(properties, who(true, List.of(), List.of()), forge, InstantSource.fixed(NOON));
    }

    private Triggers triggers(WhoProperties who) {
        var properties = new TriggerProperties("agent", List.of(), DataSize.ofKilobytes(64), Duration.ofMinutes(1));
        return new Triggers(properties, who, forge, InstantSource.fixed(NOON));
    }

    private static WhoProperties who(boolean writers, List<String> users, List<String> teams) {
        return new WhoProperties(writers, users, teams, List.of(), 1000, 1000, Duration.ofHours(1));
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

    private Ruling.Wanted wanted(ForgeEvent event) {
        var ruling = triggers.rule(event);
        assertThat(ruling).isInstanceOf(Ruling.Wanted.class);
        return (Ruling.Wanted) ruling;
    }

    private String answered(ForgeEvent event) {
        var ruling = triggers.rule(event);
        assertThat(ruling).isInstanceOf(Ruling.Answered.class);
        return ((Ruling.Answered) ruling).answer().text();
    }

    private Ruling.Refused refused(ForgeEvent event) {
        var ruling = triggers.rule(event);
        assertThat(ruling).isInstanceOf(Ruling.Refused.class);
        return (Ruling.Refused) ruling;
    }

    private static Issue issue(String body, List<String> labels) {
        return new Issue(REPO, 2, "It breaks", body, labels, List.of(), false);
    }

    private static Issue pull(String body, String... labels) {
        return new Issue(REPO, 2, "It breaks", body, List.of(labels), List.of(), true);
    }

    private static Labelled labelled(String sender, String... labels) {
        return new Labelled(issue("When I press it.", List.of(labels)), sender);
    }

    private static Assigned assigned(String sender, String... assignees) {
        return new Assigned(
                new Issue(REPO, 2, "It breaks", "When I press it.", List.of(), List.of(assignees), false), sender);
    }

    private static Opened opened(String body, String... labels) {
        return new Opened(issue(body, List.of(labels)), "bob");
    }

    private static CommentCreated commented(String sender, long id, String body, boolean pull) {
        var issue = new Issue(REPO, 2, "It breaks", "When I press it.", List.of(), List.of(), pull);
        return new CommentCreated(issue, new Comment(id, sender, body), sender);
    }
}
