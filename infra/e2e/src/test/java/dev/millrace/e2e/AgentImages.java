package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.worker.sandbox.docker.EngineImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The images that today's recipes make, and which of them this machine has, for tests of the agents that
 * {@code MILLRACE_TEST_AGENTS} names. One without an image is skipped, unless {@code MILLRACE_REQUIRE_AGENTS=true}.
 */
final class AgentImages {
    private static final Path BUILD = Path.of("..", "images", "agents", "build");

    private AgentImages() {}

    /** Skips the test where this agent is not to be tested, or cannot be. */
    static void assume(String agent) {
        List<String> wanted = List.of(Objects.requireNonNullElse(System.getenv("MILLRACE_TEST_AGENTS"), "")
                .split(",", -1));
        assumeTrue(
                wanted.contains(agent) || wanted.contains("all"), () -> "MILLRACE_TEST_AGENTS does not name " + agent);
        boolean there;
        try (var engine = new EngineImages(Duration.ofSeconds(20))) {
            there = engine.size(all().getOrDefault(agent, agent)).isPresent();
        }
        String reason = "no image of agent %s: './millrace images %s' builds it".formatted(agent, agent);
        if ("true".equals(System.getenv("MILLRACE_REQUIRE_AGENTS"))) {
            assertThat(there).as(reason).isTrue();
        }
        assumeTrue(there, reason);
    }

    /** All images' names, there or not, by agent. */
    static Map<String, String> all() {
        return tags().lines()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(named -> named[0], named -> named[1]));
    }

    /** The same as the launcher tells it. */
    static String tags() {
        try {
            Process process = new ProcessBuilder("bash", BUILD.toString(), "tags")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String tags = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).isZero();
            return tags;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
