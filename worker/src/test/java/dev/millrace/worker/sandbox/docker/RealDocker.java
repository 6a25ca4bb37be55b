package dev.millrace.worker.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.api.model.Info;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Docker engine and the sandbox image of this machine, for tests. Without them a test is skipped, unless
 * {@code MILLRACE_REQUIRE_DOCKER=true} says that it must run.
 */
public final class RealDocker {
    private RealDocker() {}

    /** {@code MILLRACE_SANDBOX_IMAGE}, or else the newest {@code millrace/sandbox} that this engine has. */
    public static String image() {
        Optional<String> image;
        String reason = "no sandbox image: './millrace' builds one, or name it with MILLRACE_SANDBOX_IMAGE";
        try (var engine = new Engine(Duration.ofSeconds(20))) {
            image = Optional.ofNullable(System.getenv("MILLRACE_SANDBOX_IMAGE")).or(() -> newest(engine));
        } catch (SandboxUnavailable none) {
            image = Optional.empty();
            reason = String.valueOf(none.getMessage());
        }
        if ("true".equals(System.getenv("MILLRACE_REQUIRE_DOCKER"))) {
            assertThat(image).as(reason).isPresent();
        }
        assumeTrue(image.isPresent(), reason);
        return image.get();
    }

    /** Sandboxes of that image, with these keys set beside it, under {@code MILLRACE_TEST_RUNTIME} if that is set. */
    public static DockerSandboxes sandboxes(String worker, Map<String, String> keys) {
        return new DockerSandboxes(properties(keys), worker);
    }

    static SandboxProperties properties(Map<String, String> keys) {
        var all = new HashMap<>(keys);
        all.put("image", image());
        all.put("runtime", runtime());
        return SandboxPropertiesTest.bind(all);
    }

    private static String runtime() {
        String runtime = Objects.requireNonNullElse(System.getenv("MILLRACE_TEST_RUNTIME"), "runc");
        try (var engine = new Engine(Duration.ofSeconds(20))) {
            Info info =
                    engine.ask("tell what it knows", docker -> docker.infoCmd().exec());
            assumeTrue(
                    info.getRuntimes() != null && info.getRuntimes().containsKey(runtime),
                    "this Docker engine does not know the runtime '%s' of MILLRACE_TEST_RUNTIME".formatted(runtime));
        }
        return runtime;
    }

    private static Optional<String> newest(Engine engine) {
        List<Image> images = engine.ask("list images", RealDocker::images);
        return images.stream()
                .sorted(Comparator.comparing(Image::getCreated).reversed())
                .flatMap(image -> Stream.ofNullable(image.getRepoTags()).flatMap(Arrays::stream))
                .filter(tag -> tag.startsWith("millrace/sandbox:"))
                .findFirst();
    }

    private static List<Image> images(DockerClient docker) {
        return docker.listImagesCmd().exec();
    }
}
