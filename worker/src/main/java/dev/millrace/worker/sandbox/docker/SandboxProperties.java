package dev.millrace.worker.sandbox.docker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What every sandbox gets. These are the only knobs there are: whatever is not here cannot be widened.
 *
 * @param image the sandbox image for tasks that name none
 * @param allowedImages others that tasks and repositories may name; each a name, or the beginning of names and {@code *}
 * @param pool sandboxes kept ready of each image that was used lately; 0 for none
 * @param memory with swap; what lies in the writable places counts too
 * @param cpus how many processors' time it gets, fractions allowed
 * @param pids processes and threads
 * @param workspaceSize of the workspace
 * @param tmpSize of {@code /tmp}, and again of the home directory
 * @param inodes files and directories in each writable place
 * @param openFiles per process
 * @param fileSize the largest file that a process can write
 * @param lifetime after which a sandbox ends by itself, even if its worker is gone
 * @param runtime the engine's OCI runtime, such as {@code runc} or {@code runsc}
 * @param outputKept of each command's standard output, and again of its standard error
 * @param engineTimeout how long the engine may take to answer one request
 */
@ConfigurationProperties("millrace.worker.sandbox")
public record SandboxProperties(
        @DefaultValue("") String image,
        @DefaultValue List<String> allowedImages,
        @DefaultValue("1") int pool,
        @DefaultValue("2GB") DataSize memory,
        @DefaultValue("2") double cpus,
        @DefaultValue("512") int pids,
        @DefaultValue("1GB") DataSize workspaceSize,
        @DefaultValue("512MB") DataSize tmpSize,
        @DefaultValue("500000") int inodes,
        @DefaultValue("4096") int openFiles,
        @DefaultValue("1GB") DataSize fileSize,
        @DefaultValue("2h") Duration lifetime,
        @DefaultValue("runc") String runtime,
        @DefaultValue("64KB") DataSize outputKept,
        @DefaultValue("1m") Duration engineTimeout) {
    static final String PREFIX = "millrace.worker.sandbox.";
    private static final int MOST_READY = 100;
    private static final DataSize LEAST_MEMORY = DataSize.ofMegabytes(64);
    private static final DataSize MOST_OUTPUT = DataSize.ofMegabytes(16);

    public SandboxProperties {
        require(!image.isBlank(), "image", image, "name the sandbox image; './millrace' builds one");
        require(ImageName.isOne(image), "image", image, "give a name such as millrace/sandbox:1");
        allowedImages = List.copyOf(allowedImages);
        for (String allowed : allowedImages) {
            require(
                    ImageName.isPattern(allowed),
                    "allowed-images",
                    allowed,
                    "give names such as debian:13, or a beginning such as registry.example.org/team/*");
        }
        require(pool >= 0 && pool <= MOST_READY, "pool", pool, "give between 0 and " + MOST_READY);
        require(memory.compareTo(LEAST_MEMORY) >= 0, "memory", memory, "give at least " + LEAST_MEMORY);
        require(cpus >= 0.01 && cpus <= 1024, "cpus", cpus, "give a number such as 0.5 or 2");
        require(pids >= 16, "pids", pids, "give at least 16");
        requireSize(workspaceSize, "workspace-size");
        requireSize(tmpSize, "tmp-size");
        require(inodes >= 1000, "inodes", inodes, "give at least 1000");
        require(openFiles >= 64, "open-files", openFiles, "give at least 64");
        requireSize(fileSize, "file-size");
        require(lifetime.toSeconds() >= 1, "lifetime", lifetime, "give a duration such as 2h");
        require(runtime.matches("[A-Za-z0-9][A-Za-z0-9._-]*"), "runtime", runtime, "name one that the engine knows");
        require(
                outputKept.toBytes() >= 1024 && outputKept.compareTo(MOST_OUTPUT) <= 0,
                "output-kept",
                outputKept,
                "give between 1KB and 16MB");
        require(engineTimeout.toMillis() >= 1, "engine-timeout", engineTimeout, "give a duration such as 1m");
    }

    /**
     * The same, with these images allowed too: those that the operator names for agents.
     *
     * @param images by the agent
     */
    public SandboxProperties allowing(Map<String, String> images) {
        images.forEach((agent, name) -> {
            if (!ImageName.isOne(name)) {
                throw new IllegalArgumentException(
                        "millrace.worker.agent.images.%s cannot be '%s': give a name such as millrace/agent:1"
                                .formatted(agent, name));
            }
        });
        return new SandboxProperties(
                image,
                Stream.concat(allowedImages.stream(), images.values().stream()).toList(),
                pool,
                memory,
                cpus,
                pids,
                workspaceSize,
                tmpSize,
                inodes,
                openFiles,
                fileSize,
                lifetime,
                runtime,
                outputKept,
                engineTimeout);
    }

    /** Whether a task or a repository may name this image. */
    boolean allows(String name) {
        return name.equals(image)
                || allowedImages.stream()
                        .anyMatch(allowed -> allowed.endsWith("*")
                                ? name.startsWith(allowed.substring(0, allowed.length() - 1))
                                : name.equals(allowed));
    }

    private static void requireSize(DataSize size, String key) {
        require(size.toBytes() >= 4096, key, size, "give a size such as 512MB");
    }

    private static void require(boolean holds, String key, Object value, String remedy) {
        if (!holds) {
            throw new IllegalArgumentException("%s%s cannot be '%s': %s".formatted(PREFIX, key, value, remedy));
        }
    }
}
