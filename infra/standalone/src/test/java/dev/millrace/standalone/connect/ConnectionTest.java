package dev.millrace.standalone.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.gitea.ForgeRefused;
import dev.millrace.gitea.GiteaSetup;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.standalone.connect.Arrivals.Arrival;
import dev.millrace.standalone.connect.Connection.Done;
import dev.millrace.standalone.forge.Access;
import dev.millrace.standalone.forge.PracticeForge;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionTest {
    private static final RepoId REPO = new RepoId("alice", "demo2");
    private static final String SECRET = "0123456789abcdef";
    private static final Duration LONG = Duration.ofSeconds(30);

    private @Nullable PracticeForge started;
    private @Nullable GiteaSetup owner;
    private @Nullable OwnDoor opened;

    @BeforeEach
    void start(@TempDir Path dir) throws IOException {
        var forge = PracticeForge.start(dir, 0);
        started = forge;
        forge.createAccount("alice", "token-of-alice");
        forge.createAccount("agent-bot", "token-of-the-bot");
        forge.createRepository(REPO, Map.of("README.md", "# Demo\n"));
        forge.allow(REPO, "agent-bot", Access.WRITE);
        owner = GiteaSetup.connect(forge.url(), "token-of-alice", LONG);
        opened = OwnDoor.open(0, SECRET.getBytes(UTF_8));
    }

    @AfterEach
    void stop() {
        door().close();
        alice().close();
        forge().close();
    }

    private PracticeForge forge() {
        return Objects.requireNonNull(started);
    }

    private GiteaSetup alice() {
        return Objects.requireNonNull(owner);
    }

    private OwnDoor door() {
        return Objects.requireNonNull(opened);
    }

    private URI target() {
        return URI.create("http://127.0.0.1:" + door().port() + "/webhooks/gitea");
    }

    private Connection connection(Duration patience) {
        return new Connection(alice(), REPO, target(), SECRET, door(), patience);
    }

    @Test
    void aRepositoryWithoutAWebhookGetsOneThatWorks() throws Exception {
        var end = connection(LONG).make();

        assertThat(end.done()).isEqualTo(Done.MADE);
        assertThat(end.works()).isTrue();
        assertThat(alice().hooks(REPO)).singleElement().satisfies(hook -> {
            assertThat(hook.active()).isTrue();
            assertThat(hook.contentType()).isEqualTo("json");
            assertThat(hook.events())
                    .contains(
                            "issues",
                            "issue_label",
                            "issue_assign",
                            "issue_comment",
                            "pull_request",
                            "pull_request_comment",
                            "pull_request_review_comment",
                            "pull_request_review_request");
        });
    }

    @Test
    void whatIsThereIsSetRightAndNotAddedTo() throws Exception {
        long first = connection(LONG).make().hook();
        alice().editHook(REPO, first, target(), List.of("push"));

        var end = connection(LONG).make();

        assertThat(end.done()).isEqualTo(Done.SET_RIGHT);
        assertThat(end.hook()).isEqualTo(first);
        assertThat(end.works()).isTrue();
        assertThat(alice().hooks(REPO))
                .singleElement()
                .satisfies(hook -> assertThat(hook.events()).contains("issue_label"));
    }

    @Test
    void oneWithAnotherSecretIsMadeAnew() throws Exception {
        long old = alice().addHook(REPO, target(), "another secret", List.of("issues"))
                .id();

        var end = connection(LONG).make();

        assertThat(end.done()).isEqualTo(Done.MADE_ANEW);
        assertThat(end.works()).isTrue();
        assertThat(alice().hooks(REPO))
                .singleElement()
                .satisfies(hook -> assertThat(hook.id()).isEqualTo(end.hook()).isNotEqualTo(old));
    }

    @Test
    void twinsGoAndStrangersStay() throws Exception {
        var stranger = alice().addHook(REPO, URI.create("http://127.0.0.1:9/elsewhere"), "", List.of("push"));
        alice().addHook(REPO, target(), SECRET, List.of("issues"));
        alice().addHook(REPO, target(), SECRET, List.of("issues"));

        var end = connection(LONG).make();

        assertThat(end.works()).isTrue();
        assertThat(alice().hooks(REPO)).hasSize(2).contains(stranger);
    }

    @Test
    void whatNeverArrivesIsSaidToBeSilent() throws Exception {
        var nowhere = new Connection(
                alice(), REPO, URI.create("http://127.0.0.1:1/webhooks/gitea"), SECRET, door(), Duration.ofMillis(300));

        var end = nowhere.make();

        assertThat(end.works()).isFalse();
        assertThat(end.arrival()).isEmpty();
    }

    @Test
    void oneWhoIsNoAdministratorIsRefused() {
        try (var bot = GiteaSetup.connect(forge().url(), "token-of-the-bot", LONG)) {
            assertThatExceptionOfType(ForgeRefused.class)
                    .isThrownBy(() -> new Connection(bot, REPO, target(), SECRET, door(), LONG).make())
                    .satisfies(refused -> assertThat(refused.status()).isEqualTo(403));
        }
    }

    @Test
    void theDoorTellsHowADeliveryWasSigned() throws Exception {
        long hook = alice().addHook(REPO, target(), "another secret", List.of("push"))
                .id();
        alice().testHook(REPO, hook);

        assertThat(door().await(LONG)).contains(Arrival.BADLY_SIGNED);
    }
}
