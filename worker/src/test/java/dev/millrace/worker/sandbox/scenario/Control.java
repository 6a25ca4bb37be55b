package dev.millrace.worker.sandbox.scenario;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ulimit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Something that keeps a sandbox closed, and how to take it away, to see that it is this that does. */
public enum Control {
    /** No interface but loopback. */
    NETWORK(create -> host(create.withNetworkDisabled(false)).withNetworkMode("bridge")),
    /** A loopback, and sockets, of its own. */
    NETWORK_NAMESPACE(create -> host(create.withNetworkDisabled(false)).withNetworkMode("host")),
    IPC(create -> host(create).withIpcMode("host")),
    PID_NAMESPACE(create -> host(create).withPidMode("host")),
    HOSTNAME(create -> create.withHostName("")),
    USER(create -> create.withUser("0:0")),
    CAPABILITIES(create -> host(create).withCapDrop().withCapAdd(dangerous())),
    /** Process 1 cannot be traced; that does not count for root with the capability to trace anybody. */
    UNDUMPABLE(create -> host(create.withUser("0:0")).withCapDrop().withCapAdd(Capability.SYS_PTRACE)),
    NO_NEW_PRIVILEGES(create -> securityOptions(create, "no-new-privileges", List.of())),
    SECCOMP(create -> securityOptions(create, "seccomp", List.of("seccomp=unconfined"))),
    /** System calls that the tether refuses beyond the engine's; it can do so where no privileges can be gained. */
    REFUSALS(create -> {
        securityOptions(create, "no-new-privileges", List.of());
        securityOptions(create, "seccomp", List.of("seccomp=unconfined"));
    }),
    /** Paths in /proc that tell or change too much are hidden, or cannot be written. */
    MASKED_PATHS(create -> create.withHostConfig(OpenPaths.of(host(create)))),
    /** Devices are only those that every container has, among much else. */
    UNPRIVILEGED(create -> host(create).withPrivileged(true)),
    /** Nothing of the host's file system. */
    MOUNTS(create -> host(create)
            .withBinds(
                    Bind.parse("/var/run/docker.sock:/var/run/docker.sock"),
                    Bind.parse(Canaries.directory() + ":/mnt:ro"))),
    /** The sandbox image is made with nothing in it that lends rights. */
    IMAGE(_ -> {}),
    /** Few variables, none of them the worker's. */
    ENVIRONMENT(create -> create.withEnv(Canaries.withTheWorkersOwn(create.getEnv()))),
    READ_ONLY_ROOT(create -> host(create).withReadonlyRootfs(false)),
    TMPFS_SIZE(create -> places(create, options -> options.replaceAll("size=\\d+", "size=256m"))),
    TMPFS_INODES(create -> places(create, options -> options.replaceAll("nr_inodes=\\d+", "nr_inodes=100000"))),
    TMPFS_NOSUID(create -> places(create, options -> options.replace("nosuid", "suid"))),
    TMPFS_NODEV(create -> places(create, options -> options.replace("nodev", "dev"))),
    SHM_SIZE(create -> host(create).withShmSize(256L << 20)),
    MEMORY(create -> host(create).withMemory(0L).withMemorySwap(0L)),
    MEMORY_SWAP(create -> host(create).withMemorySwap(-1L)),
    CPUS(create -> host(create).withNanoCPUs(0L)),
    PIDS(create -> host(create).withPidsLimit(-1L)),
    NOFILE(create -> unlimited(create, "nofile", 4096)),
    FSIZE(create -> unlimited(create, "fsize", -1)),
    CORE(create -> unlimited(create, "core", -1)),
    AUTO_REMOVE(create -> host(create).withAutoRemove(false)),
    /** The tether is process 1, which the kernel keeps signals from. Without that, a shell is. */
    PROCESS_1(create -> create.withEntrypoint(below("sh", create.getEntrypoint()))),
    /** What the worker does inside goes by the tether's own rules, which no configuration changes. */
    TETHER(_ -> {}),
    /** A command's limit, and that all it started ends with it. The stage gives it ten times as long. */
    TIME_LIMIT(_ -> {}),
    /** Only the head and tail of output are kept. */
    OUTPUT_BOUND(_ -> {}),
    /** One container for each attempt. The stage lets the next one use the same. */
    FRESH_CONTAINER(_ -> {});

    @SuppressWarnings("ImmutableEnumChecker") // all of them are functions that keep nothing
    private final Consumer<CreateContainerCmd> removal;

    Control(Consumer<CreateContainerCmd> removal) {
        this.removal = removal;
    }

    static Control named(String name) {
        return Arrays.stream(values())
                .filter(control -> control.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " is none of " + List.of(values())));
    }

    /** Takes it out of a container's description. */
    public void takeFrom(CreateContainerCmd create) {
        removal.accept(create);
    }

    /** Configuration with which it is as good as absent. */
    public Map<String, String> keys() {
        return this == OUTPUT_BOUND ? Map.of("output-kept", "16MB") : Map.of();
    }

    /** As in the files. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** On top of what the engine gives: all that a scenario tries to use. */
    private static Capability[] dangerous() {
        return new Capability[] {
            Capability.SYS_ADMIN,
            Capability.SYS_PTRACE,
            Capability.SYS_BOOT,
            Capability.SYS_MODULE,
            Capability.SYS_TIME,
            Capability.SYS_NICE,
            Capability.SYS_RAWIO,
            Capability.NET_ADMIN,
            Capability.DAC_READ_SEARCH,
            Capability.SYSLOG
        };
    }

    private static String[] below(String shell, String @Nullable [] program) {
        // The second command keeps the shell from becoming the first.
        return new String[] {shell, "-c", String.join(" ", Objects.requireNonNull(program)) + "; exit $?"};
    }

    private static HostConfig host(CreateContainerCmd create) {
        return Objects.requireNonNull(create.getHostConfig());
    }

    private static void securityOptions(CreateContainerCmd create, String without, List<String> with) {
        List<String> options = Objects.requireNonNullElse(host(create).getSecurityOpts(), List.of());
        host(create)
                .withSecurityOpts(
                        Stream.concat(options.stream().filter(option -> !option.startsWith(without)), with.stream())
                                .toList());
    }

    private static void places(CreateContainerCmd create, UnaryOperator<String> change) {
        var places = new TreeMap<>(Objects.requireNonNull(host(create).getTmpFs()));
        places.replaceAll((_, options) -> change.apply(options));
        host(create).withTmpFs(places);
    }

    private static void unlimited(CreateContainerCmd create, String name, long value) {
        var limits = new ArrayList<>(List.of(Objects.requireNonNull(host(create).getUlimits())));
        limits.removeIf(limit -> limit.getName().equals(name));
        limits.add(new Ulimit(name, value, value));
        host(create).withUlimits(limits);
    }
}
