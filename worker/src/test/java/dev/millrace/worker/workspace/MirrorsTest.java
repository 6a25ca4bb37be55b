package dev.millrace.worker.workspace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.id.RepoId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/** A worker's cache of repositories, against a forge that is a directory. */
class MirrorsTest {
    private static final int LARGE = 2_000_000;
    private static final DataSize ROOM_FOR_ONE = DataSize.ofMegabytes(1);

    @TempDir
    private Path directory;

    private final Map<String, Repo> forge = new HashMap<>();
    private MirrorSource source;

    @BeforeEach
    void open() throws IOException {
        for (String name : List.of("a", "b", "c")) {
            var repo = new Repo(directory.resolve("forge/o/" + name + ".git"));
            repo.commit("main", "large", noise(name));
            forge.put(name, repo);
        }
        source = worker(DataSize.ofGigabytes(1));
    }

    @AfterEach
    void close() {
        source.close();
        forge.values().forEach(Repo::close);
    }

    private MirrorSource worker(DataSize cacheSize) {
        return new MirrorSource(new WorkspaceProperties(
                null,
                directory.resolve("forge").toUri().toString(),
                null,
                directory.resolve("cache"),
                cacheSize,
                1,
                Duration.ofMinutes(1)));
    }

    private void restart(DataSize cacheSize) {
        source.close();
        source = worker(cacheSize);
    }

    private static String noise(String seed) {
        var bytes = new byte[LARGE];
        new Random(seed.hashCode()).nextBytes(bytes);
        return new String(bytes, ISO_8859_1).replaceAll("[^ -~]", "") + seed;
    }

    private Checkout fetch(String name) {
        return source.fetch(new RepoId("o", name), "main");
    }

    private List<String> mirrors() throws IOException {
        try (var all = Files.list(directory.resolve("cache/o"))) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private List<Path> packs(String name) throws IOException {
        try (var all = Files.list(directory.resolve("cache/o/" + name + ".git/objects/pack"))) {
            return all.filter(path -> path.toString().endsWith(".pack")).toList();
        }
    }

    private static void assertWhole(Checkout checkout) throws IOException {
        try (var unpacked = Repo.unpacked(checkout)) {
            assertThat(Repo.files(unpacked, checkout.baseCommit())).containsKey("large");
        }
    }

    @Test
    void aSecondTaskFetchesOnlyWhatIsNew() throws IOException {
        fetch("a").close();
        List<Path> first = packs("a");
        assertThat(first).singleElement().matches(pack -> size(pack) > LARGE / 4);
        forge("a").commit("main", "small", "new");

        fetch("a").close();

        List<Path> all = new ArrayList<>(packs("a"));
        all.removeAll(first);
        assertThat(all).singleElement().matches(pack -> size(pack) < 1000);
    }

    @Test
    void whatWasUsedLongestAgoGoesFirstWhenTheCacheIsFull() throws IOException {
        fetch("a").close();
        fetch("b").close();
        fetch("a").close();
        restart(ROOM_FOR_ONE);

        fetch("a").close();
        assertThat(mirrors()).contains("a.git");
        fetch("c").close();
        assertThat(mirrors()).containsExactly("c.git");
    }

    @Test
    void whatIsInUseStaysHoweverFullTheCacheIs() throws IOException {
        restart(DataSize.ofMegabytes(1));
        try (var used = fetch("a")) {
            fetch("b").close();
            fetch("c").close();

            assertWhole(used);
            assertThat(mirrors()).contains("a.git").hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void attemptsThatFetchAndEvictAtTheSameTimeGetWholeRepositories() throws Exception {
        restart(ROOM_FOR_ONE);
        var attempts = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int attempt = 0; attempt < 24; attempt++) {
                String name = List.of("a", "b", "c").get(attempt % 3);
                attempts.add(threads.submit(() -> {
                    try (var checkout = fetch(name)) {
                        assertWhole(checkout);
                    }
                    return null;
                }));
            }
        }
        for (Future<?> attempt : attempts) {
            attempt.get();
        }
    }

    @Test
    void aDamagedMirrorIsFetchedAnew() throws IOException {
        fetch("a").close();
        Path pack = packs("a").getFirst();
        assertThat(pack.toFile().setWritable(true)).isTrue();
        Files.write(pack, new byte[100]);
        restart(DataSize.ofGigabytes(1));

        try (var checkout = fetch("a")) {
            assertWhole(checkout);
        }
    }

    @Test
    void aMirrorThatProvedToBeDamagedIsRemovedAfterUse() throws IOException {
        var checkout = fetch("a");
        checkout.suspect();
        checkout.close();

        assertThat(mirrors()).isEmpty();
        fetch("a").close();
        assertThat(mirrors()).containsExactly("a.git");
    }

    @Test
    void manyPacksBecomeOne() throws IOException {
        for (int commit = 0; commit < 22; commit++) {
            forge("a").commit("main", "small", "version " + commit);
            fetch("a").close();
        }

        assertThat(packs("a").size()).isLessThan(5);
        try (var checkout = fetch("a")) {
            assertWhole(checkout);
        }
    }

    @Test
    void whatACrashLeftIsRemovedAtStart() throws IOException {
        source.close();
        Files.createDirectories(directory.resolve("cache/o/.new-1/objects"));
        Files.createDirectories(directory.resolve("cache/.gone-1/objects"));

        source = worker(DataSize.ofGigabytes(1));

        try (Stream<Path> left = Files.walk(directory.resolve("cache"))) {
            assertThat(left.filter(path -> path.getFileName().toString().matches("\\.(new|gone)-.*")))
                    .isEmpty();
        }
    }

    @Test
    void aMirrorThatNobodyUsesIsRememberedByNobody() {
        try (var mirrors = new Mirrors(directory.resolve("other"), 1)) {
            Mirror first = mirrors.use(new RepoId("o", "a"));
            assertThat(mirrors.use(new RepoId("O", "A"))).isSameAs(first);
            mirrors.release(first, false, Duration.ofSeconds(1));
            assertThat(mirrors.inUse()).isEqualTo(1);
            mirrors.release(first, false, Duration.ofSeconds(1));
            assertThat(mirrors.inUse()).isZero();
        }
    }

    @Test
    void anotherWorkerOnTheSameCacheHasAPlaceOfItsOwn() throws IOException {
        fetch("a").close();
        try (var other = worker(DataSize.ofGigabytes(1))) {
            other.fetch(new RepoId("o", "b"), "main").close();
        }
        assertThat(mirrors()).containsExactly("a.git");
        assertThat(directory.resolve("cache/.worker-1/o/b.git")).isDirectory();

        restart(DataSize.ofGigabytes(1));
        assertThat(directory.resolve("cache/.worker-1/o")).doesNotExist();
    }

    @Test
    void aWorkerInAnotherProcessHasAPlaceOfItsOwn() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        MirrorsTest.class.getName(),
                        directory.resolve("cache").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var said = other.inputReader()) {
            assertThat(said.readLine()).endsWith(".worker-1");
        } finally {
            other.destroyForcibly();
        }
        assertThat(other.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }

    /** What the other process does. */
    public static void main(String[] args) throws IOException {
        try (var slot = CacheSlot.take(Path.of(args[0]))) {
            System.out.println(slot.directory());
        }
    }

    private Repo forge(String name) {
        return Objects.requireNonNull(forge.get(name));
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
