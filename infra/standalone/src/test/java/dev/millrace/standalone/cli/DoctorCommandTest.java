package dev.millrace.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

class DoctorCommandTest {
    private final StringWriter out = new StringWriter();

    private int doctor(String... arguments) {
        return new CommandLine(new DoctorCommand(Map.of("DOCKER_HOST", "unix:///nonexistent/docker.sock")))
                .setOut(new PrintWriter(out))
                .execute(arguments);
    }

    @Test
    void whatIsWrongIsToldWithItsRemedyAndTheExitCode() {
        assertThat(doctor()).isEqualTo(1);
        assertThat(out.toString())
                .contains("wrong     Docker: no engine answers", "→ start Docker")
                .contains("wrong     Gitea: GITEA_URL is not set")
                .contains("skipped   broker: embedded");
    }

    @Test
    void programsGetOneObjectPerCheck() {
        assertThat(doctor("--json", "alice/demo2")).isEqualTo(1);

        var json = JsonMapper.builder().build();
        assertThat(out.toString().lines().map(json::readTree))
                .allSatisfy(one -> assertThat(one.propertyNames()).containsExactly("check", "found", "saw", "remedy"))
                .extracting(one -> one.path("check").asString())
                .contains("Docker", "broker", "Gitea", "bot's token", "clock", "alice/demo2", "alice/demo2 webhook");
    }
}
