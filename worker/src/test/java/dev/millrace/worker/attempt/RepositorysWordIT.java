package dev.millrace.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.avro.Outcome;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.docker.DockerSandboxes;
import dev.millrace.worker.sandbox.docker.RealDocker;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** In real sandboxes. */
class RepositorysWordIT extends RepositorysWordContract {
    private static final String WORKER = "it-" + UUID.randomUUID();

    private static DockerSandboxes sandboxes;

    @BeforeAll
    static void connect() {
        sandboxes = RealDocker.sandboxes(WORKER, Map.of());
    }

    @AfterAll
    static void disconnect() {
        sandboxes.close();
    }

    @Override
    Sandbox sandbox() {
        return sandboxes.open("", Map.of());
    }

    @Test
    void whatTheAgentsProcessesDoDuringVerificationIsNotDelivered() throws Exception {
        var result = attempt(
                "verify: touch /tmp/verifying; until test -e /tmp/changed; do sleep 0.1; done; cat a.txt", does("""
                        echo good > a.txt
                        (until test -e /tmp/verifying; do sleep 0.1; done; echo evil > a.txt; touch /tmp/changed) \
                            > /dev/null 2>&1 < /dev/null &
                        """));
        assertThat(result.getOutcome()).as(result.getReason()).isEqualTo(Outcome.SOLVED);
        assertThat(deliveredFiles()).containsEntry("a.txt", "100644 good\n");
    }

    @Test
    void theCommandsHaveNoMoreRightsThanTheAgent() throws Exception {
        var result = attempt(
                "{set-up: test $(id -u) = 10001, verify: '! touch /usr/x && ! getent hosts example.org'}",
                does("echo new > a.txt"));
        assertThat(result.getOutcome()).as(result.getReason()).isEqualTo(Outcome.SOLVED);
    }
}
