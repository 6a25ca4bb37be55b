package dev.millrace.standalone.forge;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole contract once more, overheard: every request of the client and every answer of the practice forge is as
 * Gitea's description says. Reads {@code ../shared/gitea}, and is skipped where that is absent.
 */
class DescribedContractTest extends GiteaContract {
    private static @Nullable GiteaDescription description;
    private static @Nullable Wiretap wiretap;
    private static @Nullable PracticeFixture fixture;

    @BeforeAll
    static void start(@TempDir Path dir, @TempDir Path work) throws IOException, GitAPIException {
        var file = GiteaDescription.find();
        Assumptions.assumeTrue(
                file.isPresent(), "Gitea's API description is not there: ../shared/gitea/gitea-swagger-1.26.json");
        description = new GiteaDescription(file.orElseThrow());
        var forge = DemoForge.start(dir);
        wiretap = new Wiretap(forge.url());
        fixture = new PracticeFixture(forge, wiretap.url(), work.resolve("clone"));
    }

    @AfterAll
    static void stop() {
        if (fixture != null) {
            fixture.close();
        }
        if (wiretap != null) {
            wiretap.close();
        }
    }

    @Override
    Fixture forge() {
        return requireNonNull(fixture);
    }

    @Test
    void whatOnlyPeopleAndSetUpAskForIsDescribedToo() {
        var api = requireNonNull(fixture);
        assertThat(api.send(
                                "POST",
                                "/hooks",
                                "alice",
                                "{\"type\":\"gitea\",\"active\":true,\"events\":[\"issues\"],\"config\":{\"url\":\"http://127.0.0.1:1/\",\"content_type\":\"json\",\"secret\":\"s3cret\"}}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(api.send("GET", "/hooks", "alice", "").statusCode()).isEqualTo(200);
        long number = api.issue("Labels", "");
        api.label(number, "agent");
        assertThat(api.send("GET", "/issues/" + number + "/labels", "bob", "").body())
                .contains("\"agent\"");
        assertThat(api.send("DELETE", "/issues/" + number + "/labels/1", "alice", "")
                        .statusCode())
                .isEqualTo(204);
        assertThat(api.send("DELETE", "/issues/" + number + "/labels", "alice", "")
                        .statusCode())
                .isEqualTo(204);
        String commit = api.push("millrace/described");
        assertThat(api.send("GET", "/git/commits/" + commit, "bob", "").statusCode())
                .isEqualTo(200);
        assertThat(api.send("GET", "/statuses/" + commit, "bob", "").statusCode())
                .isEqualTo(200);
    }

    @Test
    void theDescriptionTellsRightFromWrong() {
        var judge = requireNonNull(description);
        var repo = URI.create("/api/v1/repos/alice/demo2");
        var none = Optional.<String>empty();
        var json = Optional.of("application/json");

        assertThat(judge.faults(new Wiretap.Heard("GET", repo, none, "", 200, json, "{\"id\":1}")))
                .isEmpty();
        assertThat(judge.faults(new Wiretap.Heard("GET", repo, none, "", 200, json, "{\"id\":\"x\"}")))
                .isNotEmpty();
        assertThat(judge.faults(new Wiretap.Heard("GET", repo, none, "", 204, none, "")))
                .isNotEmpty();
        assertThat(judge.faults(new Wiretap.Heard("GET", repo, none, "", 404, json, "{\"error\":\"x\"}")))
                .isNotEmpty();
        var issues = URI.create(repo + "/issues");
        assertThat(judge.faults(new Wiretap.Heard("POST", issues, json, "{\"body\":\"x\"}", 201, json, "{}")))
                .isNotEmpty();
        var nowhere = URI.create("/api/v1/no/such");
        assertThat(judge.faults(new Wiretap.Heard("GET", nowhere, none, "", 200, json, "{}")))
                .isNotEmpty();
    }

    @AfterEach
    void everythingHeardIsAsDescribed() {
        for (var heard : requireNonNull(wiretap).heard()) {
            assertThat(requireNonNull(description).faults(heard))
                    .as("%s %s answered %d: %s", heard.method(), heard.uri(), heard.status(), heard.answer())
                    .isEmpty();
        }
    }
}
