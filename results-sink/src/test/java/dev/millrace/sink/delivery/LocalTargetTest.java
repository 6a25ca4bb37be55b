package dev.millrace.sink.delivery;

import static dev.millrace.sink.changeset.HandmadePack.file;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.avro.Changeset;
import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.sink.Outcomes;
import dev.millrace.sink.changeset.BaseRepository;
import dev.millrace.sink.changeset.ChangesetJudge;
import dev.millrace.sink.changeset.ChangesetProperties;
import dev.millrace.sink.changeset.HandmadePack;
import dev.millrace.sink.secret.Secrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class LocalTargetTest {
    private static final String REF = "refs/heads/millrace/" + BaseRepository.TASK;

    @TempDir
    Path directory;

    private Path work;
    private Changeset changeset;
    private ObjectId tree;

    /** A work tree with an index, a change that is not committed, and a file that git does not know. */
    @BeforeEach
    void makeRepository() throws IOException {
        work = directory.resolve("work");
        try (var base = new BaseRepository(work.resolve(".git"))) {
            var config = base.repository().getConfig();
            config.setBoolean("core", null, "bare", false);
            config.save();
            Files.writeString(work.resolve(".git/HEAD"), "ref: refs/heads/main\n");
            Files.writeString(work.resolve("README.md"), "changed, not committed\n");
            Files.writeString(work.resolve("unknown.txt"), "mine\n");
            Files.write(work.resolve(".git/index"), new byte[] {'D', 'I', 'R', 'C', 0, 0, 0, 2, 0, 0, 0, 0});
            var pack = new HandmadePack();
            tree = pack.tree(
                    base.github(), base.readme(), file("hello.txt", pack.blob("hello\n")), base.link(), base.src());
            changeset = base.changeset(pack, tree);
        }
    }

    private Delivery deliver(Path place) {
        var limits = new Binder(new MapConfigurationPropertySource(Map.of()))
                .bindOrCreate("millrace.sink.changeset", ChangesetProperties.class);
        var text = new ProposalText("noreply.example.org", new Secrets(List.of(), true));
        var deliverer = new Deliverer(
                _ -> Optional.of(changeset),
                new ChangesetJudge(limits, new Secrets(List.of(), true)),
                new LocalTarget(place),
                new BotCommit("Millrace", "millrace@example.org", text),
                text,
                directory.resolve("quarantine"),
                InstantSource.fixed(Outcomes.ENDED));
        return deliverer.deliver(Outcomes.solved(changeset).setBaseBranch("").build());
    }

    /** Every file but the objects, with its content. */
    private Map<String, String> everything() throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (var files = Files.walk(work)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = work.relativize(file).toString();
                if (!name.startsWith(".git/objects/")) {
                    content.put(name, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
                }
            }
        }
        return content;
    }

    @Test
    void addsOneBranchAndTouchesNothingElse() throws IOException {
        var before = everything();

        var delivery = deliver(work);

        var after = everything();
        assertThat(after.remove(".git/" + REF)).isEqualTo(delivery.getCommit() + "\n");
        assertThat(after).isEqualTo(before);
        assertThat(delivery.getOutcome()).isEqualTo(Outcome.SOLVED);
        assertThat(delivery.getPullRequest()).isZero();
    }

    @Test
    void theBranchHoldsTheWholeResult() throws IOException {
        var delivery = deliver(work);

        try (Repository repository = new FileRepositoryBuilder()
                .setGitDir(work.resolve(".git").toFile())
                .build()) {
            var commit = repository.parseCommit(ObjectId.fromString(delivery.getCommit()));
            assertThat(commit.getTree().getId()).isEqualTo(tree);
            var hello = repository.resolve(delivery.getCommit() + ":hello.txt");
            assertThat(repository.open(hello).getBytes()).isEqualTo("hello\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aReplayChangesNothing() throws IOException {
        var once = deliver(work);
        var state = everything();

        var twice = deliver(work);

        assertThat(twice.getCommit()).isEqualTo(once.getCommit());
        assertThat(twice.getOutcome()).isEqualTo(Outcome.SOLVED);
        assertThat(everything()).isEqualTo(state);
    }

    @Test
    void aBranchThatHoldsSomethingElseStays() throws IOException {
        Path ref = work.resolve(".git/" + REF);
        Files.createDirectories(ref.resolveSibling("x").getParent());
        Files.writeString(ref, changeset.getBaseCommit() + "\n");

        var delivery = deliver(work);

        assertThat(delivery.getOutcome()).isEqualTo(Outcome.REFUSED);
        assertThat(delivery.getReason()).contains("there already");
        assertThat(ref).hasContent(changeset.getBaseCommit());
    }

    @Test
    void aBareRepositoryWorksToo() throws IOException {
        try (var bare = new BaseRepository(directory.resolve("bare.git"))) {
            var delivery = deliver(directory.resolve("bare.git"));

            assertThat(ObjectId.toString(bare.repository().resolve(REF))).isEqualTo(delivery.getCommit());
        }
    }
}
