package dev.millrace.sink.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.schemas.avro.Changeset;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.sink.Outcomes;
import dev.millrace.sink.changeset.BaseRepository;
import dev.millrace.sink.changeset.ChangesetJudge;
import dev.millrace.sink.changeset.ChangesetProperties;
import dev.millrace.sink.changeset.HonestChange;
import dev.millrace.sink.changeset.RealGit;
import dev.millrace.sink.secret.SampleSecrets;
import dev.millrace.sink.secret.Secrets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/**
 * Changes as people and tools make them, committed and packed by git itself: each is delivered as it is, and git finds
 * the same files on the branch. Which they are follows from the seed.
 */
class HonestChangesetsTest {
    private static final int CHANGESETS = 200;
    private static final long SEED = Long.getLong("millrace.seed", 20261124L);

    @TempDir
    static Path directory;

    private static RealGit git;
    private static String base = "";

    @BeforeAll
    static void makeBase() throws IOException {
        assumeTrue(RealGit.isThere(), "there is no git to make the changesets");
        git = RealGit.init(Files.createDirectories(directory.resolve("work")));
        HonestChange.base(git.directory(), new Random(SEED));
        base = git.commitAll("begin");
    }

    @Test
    void areDeliveredAsTheyAre() throws IOException {
        Map<HonestChange, Integer> seen = new EnumMap<>(HonestChange.class);
        Set<String> trees = new HashSet<>();
        for (int number = 0; number < CHANGESETS; number++) {
            var random = new Random(SEED + number);
            git.restore(base);
            List<HonestChange> changes = HonestChange.some(number, random);
            for (HonestChange change : changes) {
                change.to(git.directory(), random);
                seen.merge(change, 1, Integer::sum);
            }
            String head = git.commitAll("change " + number);

            assertDelivered(head, "changeset %d of seed %d: %s".formatted(number, SEED, changes));
            trees.add(git.says("rev-parse", head + "^{tree}"));
        }
        assertThat(seen).as("kinds of changes").containsOnlyKeys(HonestChange.values());
        assertThat(trees).as("different results").hasSizeGreaterThan(CHANGESETS * 9 / 10);
    }

    private static void assertDelivered(String head, String which) {
        byte[] pack = git.pack(base, head);
        var changeset = new Changeset(BaseRepository.TASK, "acme/app", 1, base, head, ByteBuffer.wrap(pack));
        Path bare = git.baseOnly(base);
        var limits = new Binder(new MapConfigurationPropertySource(Map.of()))
                .bindOrCreate("millrace.sink.changeset", ChangesetProperties.class);
        var text = new ProposalText("noreply.example.org", new Secrets(List.of(), true));
        var deliverer = new Deliverer(
                _ -> Optional.of(changeset),
                new ChangesetJudge(limits, new Secrets(List.of(SampleSecrets.OPERATORS), true)),
                new LocalTarget(bare),
                new BotCommit("Millrace", "millrace@example.org", text),
                text,
                directory.resolve("quarantine"),
                InstantSource.fixed(Outcomes.ENDED));

        var delivery = deliverer.deliver(
                Outcomes.solved(changeset).setBaseBranch("given").build());

        assertThat(delivery.getReason()).as(which).isEmpty();
        assertThat(delivery.getOutcome()).as(which).isEqualTo(Outcome.SOLVED);
        var there = RealGit.in(bare);
        assertThat(there.says("rev-parse", delivery.getBranch() + "^{tree}", delivery.getBranch() + "^"))
                .as(which)
                .isEqualTo(git.says("rev-parse", head + "^{tree}", base));
        assertThat(there.says("ls-tree", "-r", "-z", "--full-tree", delivery.getBranch()))
                .as(which)
                .isEqualTo(git.says("ls-tree", "-r", "-z", "--full-tree", head));
        there.says("fsck", "--strict", "--no-dangling", delivery.getBranch());
        there.says("update-ref", "-d", "refs/heads/" + delivery.getBranch());
    }
}
