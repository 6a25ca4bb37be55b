package dev.millrace.worker.sandbox.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import dev.millrace.worker.sandbox.Sandbox;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.springframework.util.unit.DataSize;

/**
 * The one description of a sandbox's container. A request chooses an image and labels; everything that keeps the
 * container closed is fixed here and by the operator's {@link SandboxProperties}.
 */
final class ContainerSpec {
    static final String LABEL_PREFIX = "dev.millrace.";
    static final String HOME = "/home/agent";
    private static final int AGENT = 10001;
    private static final long NANO = 1_000_000_000L;
    private static final Pattern LABEL = Pattern.compile("[a-z][a-z0-9.-]{0,62}");

    private final SandboxProperties properties;

    ContainerSpec(SandboxProperties properties) {
        this.properties = properties;
    }

    /** @param labels as {@link #labelled} made them */
    CreateContainerCmd applyTo(CreateContainerCmd create, String name, Map<String, String> labels) {
        // The image's own PATH stays, since images put their tools where they like.
        return create.withName(name)
                .withHostName("sandbox")
                .withUser(AGENT + ":" + AGENT)
                .withWorkingDir(Sandbox.WORKSPACE)
                .withEnv("HOME=" + HOME, "USER=agent", "LANG=C.UTF-8", "TERM=dumb")
                .withEntrypoint("sleep", Long.toString(properties.lifetime().toSeconds()))
                .withCmd(List.of())
                .withAttachStdin(false)
                .withAttachStdout(false)
                .withAttachStderr(false)
                .withTty(false)
                .withNetworkDisabled(true)
                .withLabels(labels)
                .withHostConfig(hostConfig());
    }

    private HostConfig hostConfig() {
        return HostConfig.newHostConfig()
                .withPrivileged(false)
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges:true"))
                .withReadonlyRootfs(true)
                .withNetworkMode("none")
                .withIpcMode("private")
                .withTmpFs(Map.of(
                        Sandbox.WORKSPACE,
                        tmpfs(properties.workspaceSize()),
                        Sandbox.BASE,
                        tmpfs(properties.workspaceSize()),
                        "/tmp",
                        tmpfs(properties.tmpSize()),
                        HOME,
                        tmpfs(properties.tmpSize())))
                .withMemory(properties.memory().toBytes())
                .withMemorySwap(properties.memory().toBytes())
                .withNanoCPUs((long) (properties.cpus() * NANO))
                .withPidsLimit((long) properties.pids())
                .withUlimits(List.of(
                        limit("nofile", properties.openFiles()),
                        limit("fsize", properties.fileSize().toBytes()),
                        limit("core", 0)))
                .withInit(true)
                .withAutoRemove(true)
                .withRestartPolicy(RestartPolicy.noRestart())
                .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
                .withRuntime(properties.runtime());
    }

    /** Programs may run from all of them: an agent compiles and runs what it wrote. */
    private String tmpfs(DataSize size) {
        return "rw,exec,nosuid,nodev,size=%d,nr_inodes=%d,mode=0755,uid=%d,gid=%d"
                .formatted(size.toBytes(), properties.inodes(), AGENT, AGENT);
    }

    private static Ulimit limit(String name, long value) {
        return new Ulimit(name, value, value);
    }

    /** @throws IllegalArgumentException if a key is none for a label */
    static Map<String, String> labelled(Map<String, String> labels) {
        var prefixed = new TreeMap<String, String>();
        labels.forEach((key, value) -> {
            if (!LABEL.matcher(key).matches()) {
                throw new IllegalArgumentException("not a sandbox's label: '" + key + "'");
            }
            prefixed.put(LABEL_PREFIX + key, value);
        });
        prefixed.put(LABEL_PREFIX + "sandbox", "true");
        return prefixed;
    }
}
