package dev.millrace.worker.sandbox.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HealthCheck;
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
    /** Carried by every container of ours. */
    static final String SANDBOX = LABEL_PREFIX + "sandbox";

    static final String HOME = "/home/agent";
    private static final int AGENT = 10001;
    private static final long NANO = 1_000_000_000L;
    private static final Pattern LABEL = Pattern.compile("[a-z][a-z0-9.-]{0,62}");

    private final SandboxProperties properties;

    ContainerSpec(SandboxProperties properties) {
        this.properties = properties;
    }

    /**
     * @param create of a tethered image
     * @param labels as {@link #labelled} made them
     */
    CreateContainerCmd applyTo(CreateContainerCmd create, String name, Map<String, String> labels) {
        // The image's own PATH stays, since images put their tools where they like.
        return create.withName(name)
                .withHostName("sandbox")
                .withUser(AGENT + ":" + AGENT)
                .withWorkingDir(Sandbox.WORKSPACE)
                .withEnv("HOME=" + HOME, "USER=agent", "LANG=C.UTF-8", "TERM=dumb")
                .withEntrypoint(TetherProgram.PATH)
                .withCmd(List.of())
                .withHealthcheck(new HealthCheck().withTest(List.of("NONE")))
                .withStdinOpen(true)
                // The tether's input ends with the worker's connection, however that ends.
                .withStdInOnce(true)
                .withAttachStdin(true)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .withTty(false)
                .withLabels(labels)
                .withHostConfig(hostConfig());
    }

    private HostConfig hostConfig() {
        return HostConfig.newHostConfig()
                .withPrivileged(false)
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges:true"))
                .withReadonlyRootfs(true)
                // Only with this mode does Docker write /etc/hosts; without it, nobody finds localhost.
                .withNetworkMode("none")
                // What the host asks is nobody's business in here.
                .withDns(List.of("127.0.0.1"))
                .withDnsSearch(List.of("."))
                .withIpcMode("private")
                .withTmpFs(Map.of(
                        Sandbox.WORKSPACE,
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
                // The tether is process 1, which nothing inside can end, and reaps orphans itself; said here, since an
                // engine can be set to put an init of its own before every container.
                .withInit(false)
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
        prefixed.put(SANDBOX, "true");
        return prefixed;
    }
}
