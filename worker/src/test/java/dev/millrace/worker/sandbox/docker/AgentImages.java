package dev.millrace.worker.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The images of agents that this machine has, for tests of those that {@code MILLRACE_TEST_AGENTS=codex,aider} names, or
 * {@code all}. One that has no image is skipped, unless {@code MILLRACE_REQUIRE_AGENTS=true} says that it must run.
 */
public final class AgentImages {
    private static final Path BUILD = Path.of("..", "infra", "images", "agents", "build");

    private AgentImages() {}

    /** The image that today's recipe of an agent makes. */
    public static String of(String agent) {
        assumeTrue(isWanted(agent), "MILLRACE_TEST_AGENTS does not name " + agent);
        String image = tag(agent);
        boolean there = isThere(image);
        String reason = "no image of agent %s: 'infra/images/agents/build %s' builds it".formatted(agent, agent);
        if ("true".equals(System.getenv("MILLRACE_REQUIRE_AGENTS"))) {
            assertThat(there).as(reason).isTrue();
        }
        assumeTrue(there, reason);
        return image;
    }

    private static boolean isWanted(String agent) {
        String wanted = System.getenv("MILLRACE_TEST_AGENTS");
        return wanted != null
                && (wanted.equals("all") || List.of(wanted.split(",")).contains(agent));
    }

    private static boolean isThere(String image) {
        try (var engine = new Engine(Duration.ofSeconds(20))) {
            return engine.ask("look for an image", docker -> {
                try {
                    docker.inspectImageCmd(image).exec();
                    return true;
                } catch (NotFoundException _) {
                    return false;
                }
            });
        }
    }

    private static String tag(String agent) {
        try {
            Process process = new ProcessBuilder("bash", BUILD.toString(), "tag", agent)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String tag = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            assertThat(process.waitFor()).isZero();
            return tag;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
