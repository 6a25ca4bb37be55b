package dev.millrace.sink.changeset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.avro.Changeset;
import dev.millrace.sink.secret.SampleSecrets;
import dev.millrace.sink.secret.Secrets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Judging takes no more than {@value #HEAP_MB} MB of heap, whatever is judged: shown in a process that has no more. */
class BoundedMemoryTest {
    private static final int HEAP_MB = 160;

    @TempDir
    Path directory;

    private final Map<String, HostileCase.Hostile> all = new TreeMap<>();
    private final Map<String, Map<String, String>> limits = new TreeMap<>();

    @Test
    void everyChangesetIsJudgedInThatMuch() throws Exception {
        Path repository = directory.resolve("base");
        try (var base = new BaseRepository(repository)) {
            for (HostileCase hostile : HostileCase.all()) {
                all.put("%03d".formatted(hostile.number()), hostile.against(base));
                limits.put("%03d".formatted(hostile.number()), hostile.limits());
            }
            addWhatIsJustAllowed(base);
        }
        for (var one : all.entrySet()) {
            write(one.getKey(), one.getValue());
        }

        List<String> said = inAChild(repository);

        assertThat(said)
                .hasSize(all.size())
                .allSatisfy(line -> assertThat(line).matches("\\S+ (Refused|Accepted|Empty)"));
        assertThat(said).contains("bytes Accepted", "chain Accepted", "files Accepted");
    }

    /** At the very limits of size, so that all that can be taken is taken. */
    private void addWhatIsJustAllowed(BaseRepository base) throws IOException {
        var noise = new HandmadePack();
        byte[] bytes = new byte[(15 << 20) + (900 << 10)];
        new Random(1).nextBytes(bytes);
        put("bytes", base, noise, root -> root.add("noise.bin", "100644", noise.add(Constants.OBJ_BLOB, bytes)));

        var chain = new HandmadePack();
        HostilePacks.fill(chain, Map.of("kind", "chain", "count", "50", "bytes", "1048576"));
        put("chain", base, chain, root -> root.add("x", "100644", chain.blob("x")));

        var tree = new HandmadePack();
        HostilePacks.fill(tree, Map.of("kind", "large-tree", "count", "460000"));
        put("files", base, tree, root -> root.add("x", "100644", tree.blob("y")));

        var zeros = new HandmadePack();
        HostilePacks.fill(zeros, Map.of("kind", "blobs", "count", "4", "bytes", "16600000"));
        put("zeros", base, zeros, root -> root.add("x", "100644", zeros.blob("z")));
    }

    private interface Change {
        void to(HostileTree root);
    }

    private void put(String name, BaseRepository base, HandmadePack pack, Change change) throws IOException {
        var root = HostileTree.of(base.repository(), base.tree());
        change.to(root);
        ObjectId tree = root.write(pack, true);
        var changeset = base.changeset(pack, tree);
        all.put(name, new HostileCase.Hostile(changeset, BaseRepository.claim(changeset)));
        limits.put(name, Map.of());
    }

    private void write(String name, HostileCase.Hostile one) throws IOException {
        Path packs = Files.createDirectories(directory.resolve("packs"));
        Files.write(packs.resolve(name + ".pack"), one.changeset().getPack().array());
        var words = new Properties();
        words.putAll(limits.getOrDefault(name, Map.of()));
        words.setProperty("head", one.changeset().getHeadCommit());
        words.setProperty("base", one.changeset().getBaseCommit());
        try (var out = Files.newOutputStream(packs.resolve(name + ".properties"))) {
            words.store(out, null);
        }
    }

    private List<String> inAChild(Path repository) throws IOException, InterruptedException {
        Path said = directory.resolve("said");
        var child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + HEAP_MB + "m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Child.class.getName(),
                        repository.toString(),
                        directory.resolve("packs").toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(child.waitFor(5, TimeUnit.MINUTES)).as("the child ends").isTrue();
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.exitValue()).as(Files.readString(said)).isZero();
        // What JGit logs besides is none of it.
        return Files.readAllLines(said).stream()
                .filter(line -> line.startsWith("judged "))
                .map(line -> line.substring("judged ".length()))
                .toList();
    }

    /** Judges what lies in a directory, and says what it found. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws IOException {
            List<Path> all = new ArrayList<>();
            try (var files = Files.newDirectoryStream(Path.of(arguments[1]), "*.pack")) {
                files.forEach(all::add);
            }
            try (var trusted = new FileRepositoryBuilder()
                    .setGitDir(Path.of(arguments[0]).toFile())
                    .build()) {
                for (Path file : all.stream().sorted().toList()) {
                    String name = String.valueOf(file.getFileName()).replace(".pack", "");
                    var words = new Properties();
                    try (var in = Files.newInputStream(file.resolveSibling(name + ".properties"))) {
                        words.load(in);
                    }
                    var changeset = new Changeset(
                            BaseRepository.TASK,
                            "acme/app",
                            1,
                            words.getProperty("base"),
                            words.getProperty("head"),
                            ByteBuffer.wrap(Files.readAllBytes(file)));
                    Map<String, String> limits = new TreeMap<>();
                    words.stringPropertyNames().stream()
                            .filter(key -> key.startsWith("max-"))
                            .forEach(key -> limits.put(key, words.getProperty(key)));
                    try (var quarantine =
                            Quarantine.over(trusted, Path.of(arguments[1]).resolve("quarantine"))) {
                        var judge = new ChangesetJudge(
                                HostileChangesetsTest.limits(limits),
                                new Secrets(List.of(SampleSecrets.OPERATORS), true));
                        Verdict verdict = judge.judge(BaseRepository.claim(changeset), changeset, quarantine);
                        System.out.println(
                                "judged " + name + " " + verdict.getClass().getSimpleName());
                    }
                }
            }
        }
    }
}
