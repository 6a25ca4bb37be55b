package dev.millrace.worker.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.Image;
import dev.millrace.worker.sandbox.ImageRefused;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Images with the tether put into them, each made once on an engine and kept there: the engine copies nothing into a
 * container whose root is read-only, and to copy into each one would cost time. Thread-safe.
 */
final class TetheredImages {
    /** Names the base's id; on the image, and on the containers that are made of it. */
    static final String BASE = ContainerSpec.LABEL_PREFIX + "tethered";

    private static final Logger LOG = LoggerFactory.getLogger(TetheredImages.class);
    private static final String REPOSITORY = "millrace/tethered";
    /** Workers of another version may use this engine too; where they do, they make it again once in such a time. */
    private static final Duration OTHERS_STAY = Duration.ofDays(1);

    private static final String VERSION = ContainerSpec.LABEL_PREFIX + "tether";

    private final Engine engine;
    /** Ids by tag: one for each image that was ever used. */
    private final Map<String, String> made = new ConcurrentHashMap<>();

    TetheredImages(Engine engine) {
        this.engine = engine;
    }

    /**
     * The image of this name as it is now, tethered.
     *
     * @throws ImageRefused if no sandbox can be made of it
     * @throws SandboxUnavailable if the engine does not have it, or fails
     */
    TetheredImage of(String name) {
        InspectImageResponse image = inspect(name);
        String base = String.valueOf(image.getId());
        TetherProgram tether = TetherProgram.of(String.valueOf(image.getArch()));
        String tag = tag(base, tether);
        String known = made.get(tag);
        return new TetheredImage(name, base, known == null ? find(tag, image, name, tether) : known);
    }

    /** What was made is not there any more: it will be made again. */
    void forget(TetheredImage gone) {
        made.values().removeIf(gone.id()::equals);
    }

    private InspectImageResponse inspect(String name) {
        try {
            return engine.ask(
                    "look at a sandbox image",
                    docker -> docker.inspectImageCmd(name).exec());
        } catch (SandboxUnavailable failed) {
            if (failed.getCause() instanceof NotFoundException) {
                throw new SandboxUnavailable(
                        "no sandbox image '%s' on this Docker engine: 'docker pull' it; './millrace images' lists and builds Millrace's own (%simage)"
                                .formatted(name, SandboxProperties.PREFIX),
                        failed);
            }
            throw failed;
        }
    }

    private static String tag(String base, TetherProgram tether) {
        String hash = base.substring(base.indexOf(':') + 1);
        return hash.substring(0, Math.min(16, hash.length())) + "-" + tether.version();
    }

    /** One at a time: whoever comes while it is made finds it. */
    private synchronized String find(String tag, InspectImageResponse base, String name, TetherProgram tether) {
        refuseVolumes(base, name);
        String id = made.get(tag);
        if (id == null) {
            String there = engine.ask("look for a tethered image", docker -> id(docker, REPOSITORY + ":" + tag));
            id = there == null ? make(tag, base, tether) : there;
            made.put(tag, id);
        }
        return id;
    }

    private static @Nullable String id(DockerClient docker, String image) {
        try {
            return docker.inspectImageCmd(image).exec().getId();
        } catch (NotFoundException _) {
            return null;
        }
    }

    /** Volumes of an image's own would be places without bounds on the host's disk. */
    private static void refuseVolumes(InspectImageResponse image, String name) {
        ContainerConfig config = image.getConfig();
        Map<String, ?> volumes = config == null ? null : config.getVolumes();
        if (volumes != null && !volumes.isEmpty()) {
            throw new ImageRefused("the sandbox image '%s' declares volumes (%s): build it without VOLUME"
                    .formatted(name, volumes.keySet().iterator().next()));
        }
    }

    private String make(String tag, InspectImageResponse base, TetherProgram tether) {
        String seed = "millrace-seed-" + UUID.randomUUID();
        String image = String.valueOf(base.getId());
        var labels = Map.of(ContainerSpec.SANDBOX, "seed", BASE, image, VERSION, tether.version());
        try {
            engine.ask(
                    "prepare a sandbox image",
                    docker -> docker.createContainerCmd(image)
                            .withName(seed)
                            .withEntrypoint(TetherProgram.PATH)
                            .withNetworkDisabled(true)
                            .withLabels(labels)
                            .exec());
            engine.ask(
                    "put the tether into a sandbox image",
                    docker -> docker.copyArchiveToContainerCmd(seed)
                            .withRemotePath("/")
                            .withTarInputStream(new ByteArrayInputStream(tether.archive()))
                            .exec());
            String made = engine.ask(
                    "keep a tethered image",
                    docker -> docker.commitCmd(seed)
                            .withRepository(REPOSITORY)
                            .withTag(tag)
                            .withLabels(new HashMap<>(labels))
                            .withMessage("Millrace's tether in " + image)
                            .exec());
            LOG.info("Made {}:{} of {}", REPOSITORY, tag, image);
            return made;
        } finally {
            engine.remove(seed);
        }
    }

    /**
     * Removes those whose base is gone or has no name any more, and old ones of another tether. What a container uses,
     * the engine keeps.
     */
    void removeStale(Instant now) {
        List<Image> tethered = engine.ask(
                "list tethered images",
                docker -> docker.listImagesCmd().withLabelFilter(BASE).exec());
        if (tethered.isEmpty()) {
            return;
        }
        Set<String> named = named();
        Set<String> ours = TetherProgram.versions();
        for (Image image : tethered) {
            Map<String, String> labels = image.getLabels() == null ? Map.of() : image.getLabels();
            boolean old =
                    Instant.ofEpochSecond(image.getCreated()).plus(OTHERS_STAY).isBefore(now);
            if (!named.contains(labels.get(BASE)) || (old && !ours.contains(labels.get(VERSION)))) {
                engine.later(
                        "remove a stale tethered image",
                        docker -> docker.removeImageCmd(image.getId()).exec());
            }
        }
    }

    private Set<String> named() {
        var named = new HashSet<String>();
        for (Image image :
                engine.ask("list images", docker -> docker.listImagesCmd().exec())) {
            if (isNamed(image.getRepoTags()) || isNamed(image.getRepoDigests())) {
                named.add(image.getId());
            }
        }
        return named;
    }

    private static boolean isNamed(String @Nullable [] names) {
        return names != null && Stream.of(names).anyMatch(name -> !name.startsWith("<none>"));
    }
}
