package dev.millrace.worker.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.schemas.id.RepoId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class SourcesTest {
    private static final RepoId REPO = new RepoId("Octo", "Mill");

    @TempDir
    private Path directory;

    private Repo forge;
    private ObjectId first;
    private ObjectId second;

    @BeforeEach
    void twoCommits() throws IOException {
        forge = new Repo(directory.resolve("forge/Octo/Mill.git"));
        first = forge.commit("main", "a.txt", "one");
        second = forge.commit("main", "b/run", "#!/bin/sh");
    }

    private @Nullable MirrorSource source;

    /** A worker's new life, after its last. */
    private MirrorSource worker(WorkspaceProperties properties) {
        closeSource();
        var next = new MirrorSource(properties);
        source = next;
        return next;
    }

    private void closeSource() {
        if (source != null) {
            source.close();
        }
    }

    @AfterEach
    void close() {
        closeSource();
        forge.close();
    }

    @Nested
    class OfAForge {
        @Test
        void giveTheDefaultBranchsTipWithItsFiles() throws IOException {
            try (var checkout = mirrors(1).fetch(REPO, "")) {
                assertThat(checkout.baseCommit()).isEqualTo(second.name());
                assertThat(checkout.baseBranch()).isEqualTo("main");
                assertThat(Repo.files(Repo.unpacked(checkout), second.name()))
                        .isEqualTo(Map.of("a.txt", "100644 one", "b/run", "100755 #!/bin/sh"));
            }
        }

        @Test
        void giveNoMoreHistoryThanAskedFor() throws IOException {
            try (var checkout = mirrors(1).fetch(REPO, "main")) {
                assertThat(checkout.shallow()).containsExactly(second.name());
                assertThat(Repo.unpacked(checkout).getObjectDatabase().has(first))
                        .isFalse();
            }
            try (var checkout = mirrors(2).fetch(REPO, "main")) {
                assertThat(checkout.shallow()).isEmpty();
                assertThat(Repo.unpacked(checkout).getObjectDatabase().has(first))
                        .isTrue();
            }
        }

        @Test
        void markTheOldestCommitOfALongHistoryAsShallow() throws IOException {
            forge.commit("main", "c.txt", "three");

            try (var checkout = mirrors(2).fetch(REPO, "main")) {
                assertThat(checkout.shallow()).containsExactly(second.name());
            }
        }

        @Test
        void seeWhatIsNewAndWhatWasForced() throws IOException {
            mirrors(1).fetch(REPO, "main").close();
            ObjectId third = forge.commit("main", "c.txt", "three");
            assertTip(third);

            var reset = forge.repository().updateRef("refs/heads/main");
            reset.setNewObjectId(first);
            assertThat(reset.forceUpdate()).isEqualTo(RefUpdate.Result.FORCED);
            assertTip(first);
        }

        private void assertTip(ObjectId tip) {
            try (var checkout = mirrors(1).fetch(REPO, "main")) {
                assertThat(checkout.baseCommit()).isEqualTo(tip.name());
            }
        }

        @Test
        void keepOneMirrorHoweverTheNameIsSpelled() throws IOException {
            Files.createSymbolicLink(directory.resolve("forge/octo"), directory.resolve("forge/Octo"));
            Files.createSymbolicLink(
                    directory.resolve("forge/Octo/mill.git"), directory.resolve("forge/Octo/Mill.git"));
            mirrors(1).fetch(REPO, "").close();
            mirrors(1).fetch(new RepoId("octo", "mill"), "").close();

            try (var mirrors = Files.list(directory.resolve("cache/octo"))) {
                assertThat(mirrors).containsExactly(directory.resolve("cache/octo/mill.git"));
            }
        }

        @Test
        void refuseWhatTheForgeDoesNotHave() {
            assertThatExceptionOfType(RepositoryRefused.class)
                    .isThrownBy(() -> mirrors(1).fetch(new RepoId("octo", "nothing"), ""))
                    .withMessageContaining("octo/nothing");
            assertThatExceptionOfType(RepositoryRefused.class)
                    .isThrownBy(() -> mirrors(1).fetch(REPO, "gone"))
                    .withMessageContaining("'gone'");
        }

        @ParameterizedTest
        @ValueSource(strings = {"../main", "a..b", "x y", "-/", "a:b", "main\n", "*"})
        void refuseBranchesThatAreNone(String branch) {
            assertThatExceptionOfType(RepositoryRefused.class)
                    .isThrownBy(() -> mirrors(1).fetch(REPO, branch));
        }

        @Test
        void refuseARepositoryWithoutACommit() {
            new Repo(directory.resolve("forge/octo/empty.git")).close();

            assertThatExceptionOfType(RepositoryRefused.class)
                    .isThrownBy(() -> mirrors(1).fetch(new RepoId("octo", "empty"), ""))
                    .withMessageContaining("no commit");
        }

        @Test
        void areUnavailableWhenTheForgeIsAway() {
            var away = new WorkspaceProperties(
                    null,
                    "http://127.0.0.1:1",
                    null,
                    directory.resolve("cache"),
                    DataSize.ofGigabytes(1),
                    1,
                    Duration.ofSeconds(5));

            assertThatExceptionOfType(RepositoryUnavailable.class)
                    .isThrownBy(() -> worker(away).fetch(REPO, ""))
                    .withMessageContaining("http://127.0.0.1:1");
        }

        private MirrorSource mirrors(int depth) {
            return worker(new WorkspaceProperties(
                    null,
                    directory.resolve("forge").toUri().toString(),
                    null,
                    directory.resolve("cache"),
                    DataSize.ofGigabytes(1),
                    depth,
                    Duration.ofMinutes(1)));
        }
    }

    @Nested
    class OverHttp {
        private final List<String> seen = new CopyOnWriteArrayList<>();
        private HttpServer server;

        @BeforeEach
        void start() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                seen.add(exchange.getRequestURI().getPath() + " "
                        + exchange.getRequestHeaders().getFirst("Authorization"));
                boolean redirect = exchange.getRequestURI().getPath().startsWith("/redirect/");
                exchange.getResponseHeaders().add("Location", "/elsewhere/Octo/Mill.git/info/refs");
                exchange.sendResponseHeaders(redirect ? 302 : 404, -1);
                exchange.close();
            });
            server.start();
        }

        @AfterEach
        void stop() {
            server.stop(0);
        }

        @Test
        void theTokenIsSentAtOnceAndNotFoundIsARefusal() {
            assertThatExceptionOfType(RepositoryRefused.class)
                    .isThrownBy(() -> source("").fetch(REPO, ""));

            // Basic millrace:s3cret
            assertThat(seen).contains("/Octo/Mill.git/info/refs Basic bWlsbHJhY2U6czNjcmV0");
        }

        @Test
        void aRedirectIsNotFollowed() {
            assertThatExceptionOfType(RepositoryUnavailable.class)
                    .isThrownBy(() -> source("/redirect").fetch(REPO, ""));

            assertThat(seen).noneMatch(request -> request.startsWith("/elsewhere"));
        }

        private MirrorSource source(String path) throws IOException {
            Path token = Files.writeString(directory.resolve("token"), "s3cret\n");
            return worker(new WorkspaceProperties(
                    null,
                    "http://127.0.0.1:" + server.getAddress().getPort() + path,
                    token,
                    directory.resolve("cache"),
                    DataSize.ofGigabytes(1),
                    1,
                    Duration.ofSeconds(20)));
        }
    }

    @Nested
    class OfADirectory {
        @Test
        void giveTheBranchThatIsCheckedOutOrTheNamedOne() throws IOException {
            ObjectId other = forge.commit("other", "c.txt", "three");

            try (var checkout = local().fetch(REPO, "")) {
                assertThat(checkout.baseCommit()).isEqualTo(second.name());
                assertThat(checkout.baseBranch()).isEqualTo("main");
                assertThat(Repo.files(Repo.unpacked(checkout), second.name())).hasSize(2);
            }
            try (var checkout = local().fetch(REPO, "other")) {
                assertThat(checkout.baseCommit()).isEqualTo(other.name());
            }
        }

        @Test
        void saySoWhenHeadIsOnNoBranch() throws IOException {
            var head = forge.repository().updateRef(Constants.HEAD, true);
            head.setNewObjectId(first);
            head.forceUpdate();

            assertThatExceptionOfType(RepositoryRefused.class)
                    .isThrownBy(() -> local().fetch(REPO, ""))
                    .withMessageContaining("on no branch");
        }

        @Test
        void refuseWhatIsNoRepository() {
            assertThatExceptionOfType(RepositoryRefused.class)
                    .isThrownBy(() -> new LocalSource(directory.resolve("forge"), 1).fetch(REPO, ""))
                    .withMessageContaining("is not a git repository");
        }

        @Test
        void refuseABranchThatIsNotThere() {
            assertThatExceptionOfType(RepositoryRefused.class)
                    .isThrownBy(() -> local().fetch(REPO, "gone"))
                    .withMessageContaining("'gone'");
        }

        @Test
        void keepTheBoundaryOfAShallowRepository() throws IOException {
            Files.writeString(forge.repository().getDirectory().toPath().resolve("shallow"), second.name() + "\n");

            try (var checkout = new LocalSource(directory.resolve("forge/Octo/Mill.git"), 5).fetch(REPO, "")) {
                assertThat(checkout.shallow()).containsExactly(second.name());
                try (var walk = new RevWalk(Repo.unpacked(checkout))) {
                    assertThat(walk.parseCommit(second).getParentCount()).isEqualTo(1);
                }
            }
        }

        private LocalSource local() {
            return new LocalSource(Objects.requireNonNull(directory).resolve("forge/Octo/Mill.git"), 1);
        }
    }
}
