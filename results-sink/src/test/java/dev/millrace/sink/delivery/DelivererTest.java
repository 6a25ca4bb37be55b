package dev.millrace.sink.delivery;

import static dev.millrace.sink.changeset.HandmadePack.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.gitea.ForgeRefused;
import dev.millrace.gitea.ForgeUnavailable;
import dev.millrace.gitea.Gitea.CommitStatus;
import dev.millrace.schemas.avro.Changeset;
import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.TaskOutcome;
import dev.millrace.schemas.avro.Verification;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.sink.FakeGitea;
import dev.millrace.sink.Outcomes;
import dev.millrace.sink.changeset.BaseRepository;
import dev.millrace.sink.changeset.ChangesetJudge;
import dev.millrace.sink.changeset.ChangesetProperties;
import dev.millrace.sink.changeset.HandmadePack;
import dev.millrace.sink.secret.SampleSecrets;
import dev.millrace.sink.secret.Secrets;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class DelivererTest {
    private static final String BRANCH = "millrace/" + BaseRepository.TASK;

    @TempDir
    Path directory;

    private BaseRepository forge;
    private FakeGitea gitea;
    private Changeset changeset;
    private ObjectId tree;

    @BeforeEach
    void makeForge() throws IOException {
        forge = new BaseRepository(directory.resolve("forge.git"));
        gitea = new FakeGitea(directory.resolve("forge.git"));
        var pack = new HandmadePack();
        tree = pack.tree(
                forge.github(), forge.readme(), file("hello.txt", pack.blob("hello\n")), forge.link(), forge.src());
        changeset = forge.changeset(pack, tree);
    }

    @AfterEach
    void close() {
        forge.close();
    }

    private Destination target() {
        return new GiteaTarget(
                gitea,
                new GitTransfer(Optional.empty(), Duration.ofSeconds(10)),
                new Mirrors(directory.resolve("mirrors")));
    }

    private Deliverer deliverer(Destination destination) {
        var limits = new Binder(new MapConfigurationPropertySource(Map.of()))
                .bindOrCreate("millrace.sink.changeset", ChangesetProperties.class);
        var text = new ProposalText("noreply.example.org", new Secrets(List.of(), true));
        return new Deliverer(
                pointer -> pointer.getOffset() == 5 ? Optional.of(changeset) : Optional.empty(),
                new ChangesetJudge(limits, new Secrets(List.of(), true)),
                destination,
                new BotCommit("Millrace", "millrace@example.org", text),
                text,
                directory.resolve("quarantine"),
                InstantSource.fixed(Instant.parse("2026-11-01T10:06:00Z")));
    }

    private Delivery deliver() {
        return deliverer(target()).deliver(Outcomes.solved(changeset).build());
    }

    private Map<String, String> branches() throws IOException {
        return forge.repository().getRefDatabase().getRefsByPrefix("refs/heads/").stream()
                .collect(java.util.stream.Collectors.toMap(Ref::getName, ref -> ObjectId.toString(ref.getObjectId())));
    }

    private RevCommit commit(String id) throws IOException {
        try (var walk = new RevWalk(forge.repository())) {
            return walk.parseCommit(ObjectId.fromString(id));
        }
    }

    @Nested
    class ASolvedTask {
        @Test
        void becomesOneCommitOfTheBotOnTheBase() throws IOException {
            var delivery = deliver();

            RevCommit commit = commit(delivery.getCommit());
            assertThat(commit.getTree().getId()).isEqualTo(tree);
            assertThat(commit.getParents()).extracting(RevCommit::name).containsExactly(forge.commit());
            assertThat(commit.getAuthorIdent().toExternalString())
                    .isEqualTo("Millrace <millrace@example.org> 1793527500 +0000");
            assertThat(commit.getCommitterIdent()).isEqualTo(commit.getAuthorIdent());
            assertThat(commit.getFullMessage()).isEqualTo("""
                    Say hello

                    Said hello.

                    Co-authored-by: ada <ada@noreply.example.org>
                    Millrace-Task: task-0000001
                    """);
        }

        @Test
        void becomesABranchAPullRequestAndAStatus() throws IOException {
            var delivery = deliver();

            assertThat(delivery.getOutcome()).isEqualTo(Outcome.SOLVED);
            assertThat(delivery.getBranch()).isEqualTo(BRANCH);
            assertThat(branches())
                    .isEqualTo(Map.of("refs/heads/main", forge.commit(), "refs/heads/" + BRANCH, delivery.getCommit()));
            var request = gitea.opened.getFirst();
            assertThat(request.title()).isEqualTo("Say hello");
            assertThat(request.base()).isEqualTo("main");
            assertThat(request.body())
                    .startsWith("Said hello.\n\nCloses #7.")
                    .endsWith("<!-- millrace:task=task-0000001 -->");
            assertThat(delivery.getPullRequest())
                    .isEqualTo(gitea.pulls.getFirst().number());
            assertThat(delivery.getPullRequestUrl())
                    .isEqualTo(gitea.pulls.getFirst().page().toString());
            assertThat(gitea.statuses)
                    .containsOnlyKeys(delivery.getCommit() + " millrace")
                    .allSatisfy((_, status) -> {
                        assertThat(status.state()).isEqualTo(CommitStatus.State.SUCCESS);
                        assertThat(status.page()).isEqualTo(delivery.getPullRequestUrl());
                    });
        }

        @Test
        void namesNoSecretInItsTexts() throws IOException {
            String token = SampleSecrets.of("gitlab");

            var delivery = deliverer(target())
                    .deliver(Outcomes.solved(changeset)
                            .setSummary("Used " + token)
                            .setTask(Outcomes.task().setTitle("Use " + token).build())
                            .build());

            assertThat(commit(delivery.getCommit()).getFullMessage())
                    .contains("[removed: what looks like a GitLab token]")
                    .doesNotContain(token);
            assertThat(gitea.opened.getFirst().title()).doesNotContain(token);
            assertThat(gitea.opened.getFirst().body()).doesNotContain(token);
        }

        @Test
        void thatBelongsToAPullRequestClosesNothing() {
            gitea.issuesArePulls = true;

            deliver();

            assertThat(gitea.opened.getFirst().body())
                    .contains("Follows up on #7.")
                    .doesNotContain("Closes");
        }

        @Test
        void keepsTheAgentsCommitsToItself() throws IOException {
            deliver();

            assertThat(forge.repository().getObjectDatabase().has(ObjectId.fromString(changeset.getHeadCommit())))
                    .isFalse();
        }
    }

    @Nested
    class AResultThatDoesNotPassTheRepositorysCommands {
        private Delivery deliver() {
            var outcome = Outcomes.solved(changeset)
                    .setOutcome(Outcome.UNSOLVED)
                    .setReason("The repository's verification failed: `make test` ended with exit code 2.")
                    .setVerification(Outcomes.failing())
                    .build();
            return deliverer(target()).deliver(outcome);
        }

        @Test
        void isProposedAsWorkInProgress() throws IOException {
            var delivery = deliver();

            assertThat(delivery.getOutcome()).isEqualTo(Outcome.UNSOLVED);
            assertThat(delivery.getPullRequest())
                    .isEqualTo(gitea.pulls.getFirst().number());
            var request = gitea.opened.getFirst();
            assertThat(request.title()).isEqualTo("WIP: Say hello");
            assertThat(request.body())
                    .startsWith("🚧 **Work in progress.** The repository's verification failed: `make test` ended")
                    .contains("Said hello.", "hello_test failed", "Closes #7.");
            assertThat(commit(delivery.getCommit()).getShortMessage()).isEqualTo("Say hello");
        }

        @Test
        void getsAStatusThatIsNoSuccess() {
            deliver();

            assertThat(gitea.statuses.values())
                    .singleElement()
                    .satisfies(status -> assertThat(status.state()).isEqualTo(CommitStatus.State.FAILURE));
        }
    }

    @Test
    void whatWasVerifiedIsInThePullRequestsText() {
        var failing = Outcomes.failing();
        var verification = Verification.newBuilder(failing)
                .setPassed(true)
                .setChecks(failing.getChecks().subList(0, 1))
                .build();
        deliverer(target())
                .deliver(
                        Outcomes.solved(changeset).setVerification(verification).build());

        assertThat(gitea.opened.getFirst().title()).isEqualTo("Say hello");
        assertThat(gitea.opened.getFirst().body())
                .startsWith("Said hello.\n\nVerified by the repository's own commands: `make lint` (1.5 s)."
                        + " The agent was told of a failure 2 times.\n\nCloses #7.");
    }

    @ParameterizedTest
    @EnumSource(value = Outcome.class, mode = EnumSource.Mode.EXCLUDE, names = "SOLVED")
    void whatIsNotSolvedTouchesNothing(Outcome outcome) throws IOException {
        gitea.away = true;
        var pointer = Outcomes.solved(changeset).build().getChangeset();

        var delivery = deliverer(target())
                .deliver(Outcomes.ended(outcome, forge.commit(), pointer).build());

        assertThat(delivery.getOutcome()).isEqualTo(outcome);
        assertThat(delivery.getBranch()).isEmpty();
        assertThat(branches()).containsOnlyKeys("refs/heads/main");
    }

    @Nested
    class Replayed {
        @Test
        void givesTheSameAgain() throws IOException {
            var once = deliver();
            var state = branches();
            var twice = deliver();

            assertThat(twice.getCommit()).isEqualTo(once.getCommit());
            assertThat(twice.getPullRequest()).isEqualTo(once.getPullRequest());
            assertThat(branches()).isEqualTo(state);
            assertThat(gitea.pulls).hasSize(1);
            assertThat(gitea.statuses).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
        void afterACrashAtAnyPointGivesTheSame(int point) throws IOException {
            assertThatThrownBy(() -> deliverer(new Crashing(target(), point))
                            .deliver(Outcomes.solved(changeset).build()))
                    .isInstanceOf(Crash.class);

            var delivery = deliver();

            assertThat(branches())
                    .isEqualTo(Map.of("refs/heads/main", forge.commit(), "refs/heads/" + BRANCH, delivery.getCommit()));
            assertThat(gitea.pulls).hasSize(1);
            assertThat(delivery.getPullRequest())
                    .isEqualTo(gitea.pulls.getFirst().number());
            assertThat(gitea.statuses).containsOnlyKeys(delivery.getCommit() + " millrace");
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void afterPeopleDecidedBringsNothingBack(boolean merged) throws IOException {
            var once = deliver();
            gitea.close(merged);
            var update = forge.repository().updateRef("refs/heads/" + BRANCH);
            update.setForceUpdate(true);
            update.delete();

            var twice = deliver();

            assertThat(branches()).containsOnlyKeys("refs/heads/main");
            assertThat(gitea.pulls).hasSize(1);
            assertThat(twice.getPullRequest()).isEqualTo(once.getPullRequest());
        }

        @Test
        void leavesWhatPeopleAddedToTheBranch() throws IOException {
            var once = deliver();
            String theirs = move(BRANCH, once.getCommit());

            var twice = deliver();

            assertThat(branches()).containsEntry("refs/heads/" + BRANCH, theirs);
            assertThat(twice.getOutcome()).isEqualTo(Outcome.SOLVED);
        }
    }

    @Nested
    class Refused {
        @Test
        void isAChangesetThatBreaksARule() throws IOException {
            var pack = new HandmadePack();
            changeset = forge.changeset(pack, pack.tree(forge.readme(), forge.link(), forge.src()));

            var delivery = deliver();

            assertThat(delivery.getOutcome()).isEqualTo(Outcome.REFUSED);
            assertThat(delivery.getReason()).contains("`.github/ci.yml` is protected");
            assertThat(delivery.getBranch()).isEmpty();
            assertThat(branches()).containsOnlyKeys("refs/heads/main");
            assertThat(gitea.pulls).isEmpty();
        }

        @Test
        void isAPointerToNothing() {
            var outcome = Outcomes.solved(changeset).build();
            outcome = TaskOutcome.newBuilder(outcome)
                    .setChangeset(new dev.millrace.schemas.avro.ChangesetPointer(0, 6L, "", 0L))
                    .build();

            var delivery = deliverer(target()).deliver(outcome);

            assertThat(delivery.getOutcome()).isEqualTo(Outcome.REFUSED);
            assertThat(delivery.getReason()).contains("not there any more");
        }

        @ParameterizedTest
        @ValueSource(strings = {"gone", "", "../../x", "a b", "*"})
        void isABaseThatIsNotOnItsBranch(String branch) throws IOException {
            var delivery = deliverer(target())
                    .deliver(Outcomes.solved(changeset).setBaseBranch(branch).build());

            assertThat(delivery.getOutcome()).isEqualTo(Outcome.REFUSED);
            assertThat(delivery.getReason()).contains("no longer on branch");
            assertThat(branches()).containsOnlyKeys("refs/heads/main");
        }

        @Test
        void isABranchThatHoldsSomethingElse() throws IOException {
            String theirs = move(BRANCH, forge.commit());

            var delivery = deliver();

            assertThat(delivery.getOutcome()).isEqualTo(Outcome.REFUSED);
            assertThat(delivery.getReason()).contains("holds something else");
            assertThat(branches()).containsEntry("refs/heads/" + BRANCH, theirs);
        }

        @Test
        void byTheForgeIsADeliveryWithItsReason() {
            gitea.refusing = new ForgeRefused(403, "branch is protected");

            var delivery = deliver();

            assertThat(delivery.getOutcome()).isEqualTo(Outcome.REFUSED);
            assertThat(delivery.getReason()).contains("403").contains("branch is protected");
        }

        @Test
        void onlyThePullRequestLeavesTheBranchDelivered() throws IOException {
            var delivery = deliverer(new Crashing(target(), 7, new ForgeRefused(404, "no such base")))
                    .deliver(Outcomes.solved(changeset).build());

            assertThat(delivery.getOutcome()).isEqualTo(Outcome.SOLVED);
            assertThat(delivery.getBranch()).isEqualTo(BRANCH);
            assertThat(delivery.getReason()).contains("no such base");
            assertThat(branches()).containsKey("refs/heads/" + BRANCH);
        }
    }

    @Nested
    class Away {
        @Test
        void isAFaultThatSaysTryAgain() {
            gitea.away = true;

            assertThatThrownBy(DelivererTest.this::deliver).isInstanceOf(ForgeUnavailable.class);
        }

        @Test
        void goesForGitToo() {
            var nowhere = new FakeGitea(directory) {
                @Override
                public URI gitUrl(RepoId repo) {
                    return URI.create("http://127.0.0.1:1/acme/app.git");
                }
            };
            var target = new GiteaTarget(
                    nowhere,
                    new GitTransfer(Optional.of(new GitToken("t0ken")), Duration.ofSeconds(2)),
                    new Mirrors(directory.resolve("mirrors")));

            assertThatThrownBy(() ->
                            deliverer(target).deliver(Outcomes.solved(changeset).build()))
                    .isInstanceOf(ForgeUnavailable.class)
                    .hasMessageContaining("acme/app");
        }
    }

    @Test
    void aDamagedMirrorIsFetchedAnew() throws IOException {
        deliver();
        var objects = directory.resolve("mirrors/acme/app.git/objects");
        try (var files = java.nio.file.Files.walk(objects)) {
            for (Path file : files.filter(java.nio.file.Files::isRegularFile).toList()) {
                java.nio.file.Files.delete(file);
            }
        }

        Delivery again;
        try {
            again = deliver();
        } catch (java.io.UncheckedIOException | ForgeUnavailable firstTry) {
            again = deliver();
        }

        assertThat(again.getOutcome()).isEqualTo(Outcome.SOLVED);
    }

    /** A commit by somebody else on top of another, as the branch's new tip. */
    private String move(String branch, String parent) throws IOException {
        Repository repository = forge.repository();
        try (var inserter = repository.newObjectInserter()) {
            var commit = new org.eclipse.jgit.lib.CommitBuilder();
            commit.setTreeId(commit(forge.commit()).getTree());
            commit.setParentId(ObjectId.fromString(parent));
            var ada = new org.eclipse.jgit.lib.PersonIdent("Ada", "ada@example.org");
            commit.setAuthor(ada);
            commit.setCommitter(ada);
            commit.setMessage("mine");
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            var update = repository.updateRef("refs/heads/" + branch);
            update.setNewObjectId(id);
            update.update();
            return id.name();
        }
    }

    private static final class Crash extends RuntimeException {}

    /** Fails before and after every step: step n of 1 to 10 is never seen to end. */
    private static final class Crashing implements Destination {
        private final Destination inner;
        private final int point;
        private final RuntimeException how;
        private int reached;

        Crashing(Destination inner, int point) {
            this(inner, point, new Crash());
        }

        Crashing(Destination inner, int point, RuntimeException how) {
            this.inner = inner;
            this.point = point;
            this.how = how;
        }

        private void step() {
            if (++reached == point) {
                throw how;
            }
        }

        @Override
        public Repository open(RepoId repo, String baseBranch, ObjectId baseCommit) throws IOException {
            step();
            Repository opened = inner.open(repo, baseBranch, baseCommit);
            try {
                step();
            } catch (RuntimeException crash) {
                opened.close();
                throw crash;
            }
            return opened;
        }

        @Override
        public Optional<Proposed> proposed(RepoId repo, String branch, String baseBranch) {
            step();
            var found = inner.proposed(repo, branch, baseBranch);
            step();
            return found;
        }

        @Override
        public void push(RepoId repo, String branch, ObjectId commit, Repository from) throws IOException {
            step();
            inner.push(repo, branch, commit, from);
            step();
        }

        @Override
        public boolean settles(RepoId repo, long number) {
            return inner.settles(repo, number);
        }

        @Override
        public Optional<Proposed> propose(RepoId repo, Proposal proposal) {
            step();
            var made = inner.propose(repo, proposal);
            step();
            return made;
        }

        @Override
        public void mark(RepoId repo, ObjectId commit, boolean good, Optional<Proposed> proposed) {
            step();
            inner.mark(repo, commit, good, proposed);
            step();
        }
    }
}
