package dev.millrace.worker.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.Image;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.ImageRefused;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of an image before a sandbox can be made of it. */
class SandboxImagesIT {
    private static final String WORKER = "it-" + UUID.randomUUID();
    private static Engine engine;
    private static DockerSandboxes sandboxes;

    private final String image = "millrace/it-" + UUID.randomUUID().toString().substring(0, 8) + ":1";

    @BeforeAll
    static void connect() {
        sandboxes = RealDocker.sandboxes(WORKER, Map.of("pool", "0", "allowed-images", "millrace/*"));
        engine = new Engine(Duration.ofSeconds(20));
    }

    @AfterAll
    static void close() {
        sandboxes.removeLeftBy(WORKER);
        sandboxes.close();
        engine.close();
    }

    @AfterEach
    void removeImages() {
        for (String made : tethered()) {
            engine.later(
                    "clean up",
                    docker -> docker.removeImageCmd(made).withForce(true).exec());
        }
        engine.later(
                "clean up",
                docker -> docker.removeImageCmd(image).withForce(true).exec());
    }

    @Test
    void thatNobodyAllowedIsRefusedByTheKeyThatWouldAllowIt() {
        assertThatExceptionOfType(ImageRefused.class)
                .isThrownBy(() -> sandboxes.open("debian:13", Map.of()))
                .withMessageContaining("debian:13")
                .withMessageContaining("millrace.worker.sandbox.allowed-images");
    }

    @ParameterizedTest
    @ValueSource(strings = {"millrace/x --privileged", "millrace/../x", "millrace/x?y=z", "millrace/x\n"})
    void whoseNameIsNoneIsRefusedThoughItBeginsAsAnAllowedOne(String name) {
        assertThatExceptionOfType(ImageRefused.class)
                .isThrownBy(() -> sandboxes.open(name, Map.of()))
                .withMessageContaining("no name of an image");
    }

    @Test
    void thatIsNotThereIsNamedWithTheRemedy() {
        assertThatExceptionOfType(SandboxUnavailable.class)
                .isThrownBy(() -> sandboxes.open("millrace/no-such-image:1", Map.of()))
                .withMessageContaining("millrace/no-such-image:1")
                .withMessageContaining("docker pull");
    }

    @Test
    void withAVolumeOfItsOwnIsRefusedSinceThatWouldBeAPlaceWithoutBounds() throws IOException {
        load("amd64", "{\"Volumes\":{\"/data\":{}}}", null);

        assertThatExceptionOfType(ImageRefused.class)
                .isThrownBy(() -> sandboxes.open(image, Map.of()))
                .withMessageContaining("/data");
    }

    @Test
    void ofAnArchitectureWithoutATetherIsTold() throws IOException {
        assumeThat(TetherProgram.versions()).as("only the one for this machine").hasSize(1);
        load("arm64", "{}", null);

        assertThatExceptionOfType(SandboxUnavailable.class)
                .isThrownBy(() -> sandboxes.open(image, Map.of()))
                .withMessageContaining("no tether for images of architecture 'arm64'");
    }

    @Test
    void withoutAShellIsRefusedAtTheStartInPlainWords() throws IOException {
        loadEmpty();

        for (int time = 0; time < 2; time++) {
            assertThatExceptionOfType(ImageRefused.class)
                    .isThrownBy(() -> sandboxes.open(image, Map.of()))
                    .withMessage("the image %s has no sh: agents need it", image);
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(sandboxes.removeLeftBy(WORKER)).isZero());
    }

    @Test
    void withNothingInItIsEnoughForTheTether() throws IOException {
        loadEmpty();

        try (Sandbox sandbox = sandboxes.openWithoutTools(image)) {
            sandbox.write("/workspace/x", 0644, new ByteArrayInputStream(new byte[] {1, 2, 3}));
            try (InputStream content = sandbox.read("/workspace/x".getBytes(StandardCharsets.UTF_8))) {
                assertThat(content.readAllBytes()).containsExactly(1, 2, 3);
            }
            // The one program there is; it says hello and finds that nobody answers.
            var ended = sandbox.run(
                    new Command(List.of(TetherProgram.PATH), Map.of(), Sandbox.WORKSPACE, Duration.ofSeconds(20)));
            assertThat(ended.exitCode()).isZero();
            assertThat(ended.stdout()).contains("MLRT").contains("HOME=/home/agent");
        }
    }

    @Test
    void withoutGitIsUsedAndTheLackTold() throws IOException {
        // A file of that name is all it takes to be taken for a shell.
        load("amd64", "{}", tar(Map.of("bin/sh", new byte[1])));

        try (Sandbox sandbox = sandboxes.open(image, Map.of())) {
            assertThat(sandbox.warnings())
                    .containsExactly("the image %s has no git: agents may miss it".formatted(image));
        }
        try (Sandbox sandbox = sandboxes.open("", Map.of())) {
            assertThat(sandbox.warnings()).isEmpty();
        }
    }

    @Test
    void isMadeOnceHoweverManyWantIt() throws Exception {
        loadEmpty();
        var images = new TetheredImages(engine);
        var made = new ArrayList<TetheredImage>();

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<TetheredImage>> wishes = new ArrayList<>();
            for (int wish = 0; wish < 8; wish++) {
                wishes.add(() -> images.of(image));
            }
            for (Future<TetheredImage> each : threads.invokeAll(wishes)) {
                made.add(each.get());
            }
        }

        assertThat(made).hasSize(8).containsOnly(made.getFirst());
        assertThat(tethered()).containsExactly(made.getFirst().id());
    }

    @Test
    void thatSomebodyRemovedMeanwhileIsMadeAgain() throws IOException {
        loadEmpty();
        sandboxes.openWithoutTools(image).close();
        Awaitility.await().ignoreExceptions().untilAsserted(() -> {
            tethered()
                    .forEach(made -> engine.ask(
                            "remove", docker -> docker.removeImageCmd(made).exec()));
            assertThat(tethered()).isEmpty();
        });

        sandboxes.openWithoutTools(image).close();

        assertThat(tethered()).hasSize(1);
    }

    @Test
    void whoseNameIsGoneIsForgottenByTheReaper() throws IOException {
        loadEmpty();
        var images = new TetheredImages(engine);
        images.of(image);
        String base = base();
        assertThat(tethered(base)).hasSize(1);

        engine.ask("untag", docker -> docker.removeImageCmd(image).exec());
        images.removeStale(Instant.now());

        Awaitility.await().untilAsserted(() -> assertThat(tethered(base)).isEmpty());
    }

    @Test
    void ofAnotherTetherStaysForADaySinceItsWorkersMayLive() throws IOException {
        String base = engine.ask(
                "look",
                docker -> docker.inspectImageCmd(RealDocker.image()).exec().getId());
        load(
                "amd64",
                "{\"Labels\":{\"dev.millrace.tethered\":\"%s\",\"dev.millrace.tether\":\"another\"}}".formatted(base),
                null);
        var images = new TetheredImages(engine);

        images.removeStale(Instant.now().plus(Duration.ofHours(23)));
        assertThat(base()).isNotEmpty();

        images.removeStale(Instant.now().plus(Duration.ofHours(25)));
        Awaitility.await()
                .untilAsserted(() ->
                        assertThatExceptionOfType(SandboxUnavailable.class).isThrownBy(this::base));
    }

    @Test
    void thatIsNamedAndOfOurTetherStays() throws IOException {
        loadEmpty();
        var images = new TetheredImages(engine);
        var made = images.of(image);

        var reaper = new Reaper(engine, images, Instant::now);
        reaper.pass();

        assertThat(tethered()).containsExactly(made.id());
    }

    private void loadEmpty() throws IOException {
        load("amd64", "{}", null);
    }

    /** @param layer null for an image with nothing in it */
    private void load(String architecture, String config, byte @Nullable [] layer) throws IOException {
        String layers = layer == null ? "" : "\"layer.tar\"";
        String ids = layer == null ? "" : "\"sha256:%s\"".formatted(DigestUtils.sha256Hex(layer));
        var files = new LinkedHashMap<String, byte[]>();
        files.put("config.json", text("""
                        {"architecture":"%s","os":"linux","config":%s,"rootfs":{"type":"layers","diff_ids":[%s]},
                         "created":"%s"}""".formatted(architecture, config, ids, Instant.now())));
        files.put(
                "manifest.json",
                text("[{\"Config\":\"config.json\",\"RepoTags\":[\"%s\"],\"Layers\":[%s]}]".formatted(image, layers)));
        if (layer != null) {
            files.put("layer.tar", layer);
        }
        byte[] archive = tar(files);
        engine.ask(
                "load",
                docker -> docker.loadImageCmd(new ByteArrayInputStream(archive)).exec());
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] tar(Map<String, byte[]> files) throws IOException {
        var archive = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(archive)) {
            for (var file : files.entrySet()) {
                var entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        }
        return archive.toByteArray();
    }

    private String base() {
        InspectImageResponse looked =
                engine.ask("look", docker -> docker.inspectImageCmd(image).exec());
        return String.valueOf(looked.getId());
    }

    private List<String> tethered() {
        try {
            return tethered(base());
        } catch (SandboxUnavailable none) {
            return List.of();
        }
    }

    private static List<String> tethered(String base) {
        return engine
                .ask(
                        "list",
                        docker -> docker.listImagesCmd()
                                .withLabelFilter(Map.of(TetheredImages.BASE, base))
                                .exec())
                .stream()
                .map(Image::getId)
                .toList();
    }
}
