package dev.millrace.standalone.forge;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GiteaDescriptionTest {
    @Test
    void theDescriptionTellsRightFromWrong() {
        var judge = GiteaDescription.read();
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
}
