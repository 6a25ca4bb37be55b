package dev.millrace.worker.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.Container;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.LimitReached;
import dev.millrace.worker.sandbox.LimitReached.Kind;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerSandboxIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String NO_INODES = "gVisor does not limit the number of files of a tmpfs";
    private static final String NO_FORK_REFUSED =
            "gVisor does not refuse a process: its own kernel is counted too, and ends with the whole sandbox";
    private static final String NO_VICTIM =
            "gVisor's own kernel holds the memory, so that running out of it ends the whole sandbox";
    private static final String WORKER = "it-" + UUID.randomUUID();
    private static DockerSandboxes sandboxes;
    private static Engine engine;

    private Sandbox sandbox;

    @BeforeAll
    static void connect() {
        sandboxes = RealDocker.sandboxes(
                WORKER,
                Map.of(
                        "pool",
                        "0",
                        "pids",
                        "64",
                        "tmp-size",
                        "8MB",
                        "inodes",
                        "1000",
                        "allowed-images",
                        "millrace/*,sha256:*"));
        engine = new Engine(Duration.ofSeconds(20));
    }

    @BeforeEach
    void open() {
        sandbox = sandboxes.open("", Map.of("task", "t1", "attempt", "1"));
    }

    @AfterAll
    static void nothingIsLeft() {
        try {
            nothingIsLeftOf(WORKER);
        } finally {
            sandboxes.close();
            engine.close();
        }
    }

    @AfterEach
    void close() {
        sandbox.close();
    }

    @Nested
    class Hardening {
        @Test
        void runsAsNobodyWithoutCapabilities() {
            String status = shell("cat /proc/self/status").stdout();

            assertThat(shell("id -u").stdout()).isEqualTo("10001\n");
            for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd")) {
                assertThat(status).contains(set + ":\t0000000000000000");
            }
            assertThat(status).contains("Seccomp:\t2");
        }

        @Test
        void cannotGainAnyCapabilityByAnotherProgram() {
            RealDocker.assumeRunc("gVisor does not tell CapAmb and NoNewPrivs in /proc");

            assertThat(shell("cat /proc/self/status").stdout())
                    .contains("CapAmb:\t0000000000000000")
                    .contains("NoNewPrivs:\t1");
        }

        @Test
        void hasNoNetworkAtAll() {
            assertThat(shell("tail -n +3 /proc/net/dev | grep -v '^ *lo:'").stdout())
                    .isEmpty();
            assertThat(shell("cat /proc/net/route | tail -n +2").stdout()).isEmpty();
            assertThat(shell("exec 3<>/dev/tcp/169.254.169.254/80", "bash").succeeded())
                    .isFalse();
            assertThat(shell("getent hosts example.org").succeeded()).isFalse();
        }

        @Test
        void findsItselfByName() {
            assertThat(shell("python3 -c 'import socket; print(socket.gethostbyname(\"localhost\"))'")
                            .stdout())
                    .isEqualTo("127.0.0.1\n");
        }

        @Test
        void isToldNothingOfTheHostsResolver() {
            assertThat(shell("grep -v '^#' /etc/resolv.conf").stdout()).isEqualTo("nameserver 127.0.0.1\n");
        }

        @ParameterizedTest
        @ValueSource(strings = {"/", "/etc", "/usr/bin", "/var/tmp", "/root", "/proc/sys/kernel", "/sys"})
        void cannotWriteOutsideItsOwnPlaces(String place) {
            assertThat(shell("touch %s/x || echo x > %s/core_pattern".formatted(place, place))
                            .succeeded())
                    .isFalse();
        }

        @ParameterizedTest
        @ValueSource(strings = {"/workspace", "/tmp", "/home/agent"})
        void itsOwnPlacesAreItsOwn(String place) {
            String mounted = shell("grep ' %s ' /proc/mounts".formatted(place)).stdout();

            assertThat(mounted).contains(place + " tmpfs ").doesNotContain("noexec");
            assertThat(shell("cp /bin/true %s/x && %s/x".formatted(place, place))
                            .succeeded())
                    .isTrue();
        }

        @ParameterizedTest
        @ValueSource(strings = {"/workspace", "/tmp", "/home/agent"})
        void noSetuidOrDeviceWorksInItsOwnPlaces(String place) {
            RealDocker.assumeRunc("gVisor does not tell nosuid and nodev, and has devices of its own kernel");

            assertThat(shell("grep ' %s ' /proc/mounts".formatted(place)).stdout())
                    .contains("nosuid")
                    .contains("nodev");
            assertThat(shell("mknod %s/d c 1 3".formatted(place)).succeeded()).isFalse();
        }

        @Test
        void theSizeOfItsPlacesIsLimited() {
            assertThat(shell("head -c 9000000 /dev/zero > /tmp/big").output()).contains("No space left");
        }

        @Test
        void theNumberOfFilesIsLimited() {
            RealDocker.assumeRunc(NO_INODES);

            assertThat(shell("for i in $(seq 1100); do : > /tmp/$i; done").output())
                    .contains("No space left");
        }

        @Test
        void limitsHoldForCommands() {
            assertThat(shell("ulimit -c; ulimit -n; ulimit -f", "bash").stdout())
                    .isEqualTo("0\n4096\n1048576\n");
        }

        @Test
        void theNumberOfProcessesIsLimited() {
            RealDocker.assumeRunc(NO_FORK_REFUSED);

            assertThat(shell("for i in $(seq 100); do sleep 20 & done; true").stderr())
                    .containsIgnoringCase("cannot fork");
        }

        @Test
        void aContainerFullOfProcessesIsNoFaultOfTheMachine() {
            RealDocker.assumeRunc(NO_FORK_REFUSED);
            shell("""
                    setsid python3 -c '
                    import os, time
                    while True:
                        try:
                            if os.fork() == 0:
                                time.sleep(60)
                                os._exit(0)
                        except OSError:
                            open("/tmp/full", "w").close()
                    ' > /dev/null 2>&1 &
                    until [ -e /tmp/full ]; do :; done
                    """);

            assertThat(shell("true").succeeded()).isFalse();
        }

        @Test
        void theEnvironmentHoldsNothingOfTheWorkers() {
            assertThat(shell("env | cut -d= -f1 | sort | tr '\\n' ' '").stdout())
                    .isEqualTo("HOME HOSTNAME LANG PATH PWD TERM USER ");
        }

        @Test
        void theEngineSawEveryRestriction() {
            var host = engine.ask(
                            "look", docker -> docker.inspectContainerCmd(id()).exec())
                    .getHostConfig();

            assertThat(host.getPrivileged()).isFalse();
            assertThat(host.getNetworkMode()).isEqualTo("none");
            assertThat(host.getMemory()).isEqualTo(2L << 30).isEqualTo(host.getMemorySwap());
            assertThat(host.getNanoCPUs()).isEqualTo(2_000_000_000L);
            assertThat(host.getReadonlyRootfs()).isTrue();
            assertThat(host.getAutoRemove()).isTrue();
            assertThat(host.getInit()).isFalse();
            assertThat(host.getLogConfig().getType().getType()).isEqualTo("none");
            assertThat(host.getBinds()).isNullOrEmpty();
            assertThat(host.getDevices()).isNullOrEmpty();
        }
    }

    @Nested
    class Commands {
        @Test
        void tellCodeAndBothStreamsApart() {
            Ended ended = shell("echo out; echo err >&2; exit 3");

            assertThat(ended.exitCode()).isEqualTo(3);
            assertThat(ended.stdout()).isEqualTo("out\n");
            assertThat(ended.stderr()).isEqualTo("err\n");
            assertThat(ended.timedOut()).isFalse();
        }

        @Test
        void getTheirEnvironmentAndDirectory() {
            Ended ended = sandbox.run(new Command(
                    List.of("sh", "-c", "echo \"$GREETING\"; pwd"), Map.of("GREETING", "a  b"), "/tmp", LIMIT));

            assertThat(ended.stdout()).isEqualTo("a  b\n/tmp\n");
        }

        @Test
        void aProgramThatIsNotThereIsTheCommandsDoing() {
            assertThat(sandbox.run(new Command(List.of("no-such-program"), Map.of(), "/tmp", LIMIT))
                            .exitCode())
                    .isEqualTo(127);
            assertThat(sandbox.run(new Command(List.of("true"), Map.of(), "/no/such/place", LIMIT))
                            .succeeded())
                    .isFalse();
        }

        @Test
        void aFloodIsCutInTheMiddle() {
            Ended ended = shell("echo first; head -c 50000000 /dev/zero | tr '\\0' x; echo; echo last");

            assertThat(ended.stdout()).startsWith("first\n").endsWith("last\n").contains("bytes left out");
            assertThat(ended.stdout().length()).isLessThan(70_000);
        }

        @Test
        void aBackgroundProcessDoesNotHoldTheCommandUp() {
            Ended ended = shell("sleep 60 & echo started");

            assertThat(ended.stdout()).isEqualTo("started\n");
            assertThat(ended.succeeded()).isTrue();
            assertThat(shell("pgrep -x sleep || grep -l sleep /proc/[0-9]*/comm")
                            .succeeded())
                    .isTrue();
        }

        @Test
        void aKilledCommandIsNoDeadContainer() {
            assertThat(shell("kill -9 $$").exitCode()).isEqualTo(137);
            assertThat(shell("true").succeeded()).isTrue();
        }

        @Test
        void anExitCodeOf124IsNoTimeOut() {
            assertThat(shell("exit 124").timedOut()).isFalse();
        }
    }

    @Nested
    class PastTheLimit {
        @Test
        void theCommandAndAllThatItStartedIsGone() {
            Ended ended = sandbox.run(Command.shell(
                    "trap '' TERM; setsid sleep 4321 & setsid sh -c 'trap \"\" TERM; sleep 4321' & echo on; sleep 4321; sleep 4321",
                    Duration.ofSeconds(1)));

            assertThat(ended.timedOut()).isTrue();
            assertThat(ended.succeeded()).isFalse();
            assertThat(ended.stdout()).isEqualTo("on\n");
            assertThat(shell("cat /proc/[0-9]*/cmdline | tr '\\0' ' '").stdout())
                    .doesNotContain("sleep 4321");
        }
    }

    @Nested
    class TheTether {
        @ParameterizedTest
        @ValueSource(strings = {"KILL", "STOP", "TERM", "INT", "SEGV"})
        void isNotEndedByASignalFromInside(String signal) {
            RealDocker.assumeRunc("gVisor does not keep signals from inside away from process 1");
            shell("kill -%s 1".formatted(signal));

            assertThat(shell("echo alive").stdout()).isEqualTo("alive\n");
        }

        @ParameterizedTest
        @ValueSource(strings = {"KILL", "INT", "SEGV"})
        void wouldBeMissedIfASignalEndedIt(String signal) {
            RealDocker.assumeGvisor("runc keeps signals from inside away from process 1");

            assertThatExceptionOfType(SandboxUnavailable.class)
                    .isThrownBy(() -> shell("kill -%s 1; sleep 20".formatted(signal)))
                    .withMessageContaining("its container is gone");
        }

        @ParameterizedTest
        @ValueSource(strings = {"environ", "mem", "maps", "fd/0", "fd/1", "root/etc/passwd", "cwd/"})
        void keepsToItself(String file) {
            if (Set.of("environ", "maps", "fd/0").contains(file)) {
                RealDocker.assumeRunc("gVisor does not keep /proc/1/%s from who is the same user".formatted(file));
            }

            assertThat(shell("head -c 1 /proc/1/%s".formatted(file)).succeeded())
                    .isFalse();
        }

        @Test
        void cannotBeTraced() {
            Ended ended = sandbox.run(new Command(
                    List.of(
                            "python3",
                            "-c",
                            "import ctypes; c = ctypes.CDLL(None, use_errno=True); print(c.ptrace(16, 1, 0, 0), ctypes.get_errno())"),
                    Map.of(),
                    "/tmp",
                    LIMIT));

            assertThat(ended.stdout()).isEqualTo("-1 1\n");
        }

        @Test
        void reapsWhatIsOrphaned() {
            shell("for i in 1 2 3 4 5; do setsid sh -c 'sleep 0.05' & done");

            Awaitility.await()
                    .until(() ->
                            !shell("grep -l 'State:.Z' /proc/[0-9]*/status").succeeded());
            assertThat(shell("ps -eo stat= 2>/dev/null | grep -c Z").stdout()).isEqualTo("0\n");
        }

        @Test
        void killsADaemonOfACommandThatIsCalledOff() throws Exception {
            var ended = new CompletableFuture<Throwable>();
            Thread thread = Thread.ofVirtual().start(() -> {
                try {
                    shell("setsid sh -c 'trap \"\" TERM; sleep 4322' & echo on > /tmp/on; sleep 4322");
                } catch (SandboxUnavailable interrupted) {
                    ended.complete(interrupted);
                }
            });
            Awaitility.await().until(() -> shell("test -e /tmp/on").succeeded());

            thread.interrupt();

            assertThat(ended.get(20, TimeUnit.SECONDS)).hasMessageContaining("interrupted");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(shell("cat /proc/[0-9]*/cmdline | tr '\\0' ' '")
                                    .stdout())
                            .doesNotContain("sleep 4322"));
        }

        @Test
        void carriesFilesBothWays() throws IOException {
            byte[] bytes = new byte[3_000_000];
            new Random(8).nextBytes(bytes);

            sandbox.write("/workspace/a/b", 0640, new ByteArrayInputStream(bytes));

            try (InputStream back = sandbox.read("/workspace/a/b".getBytes(StandardCharsets.UTF_8))) {
                assertThat(back.readAllBytes()).isEqualTo(bytes);
            }
            assertThat(sandbox.stat("/workspace/a/b").size()).isEqualTo(bytes.length);
            assertThat(sandbox.space("/tmp").totalBytes()).isEqualTo(8L << 20);
        }

        @Test
        void carriesConnections() throws Exception {
            try (var listener = sandbox.listen(0)) {
                Thread.ofVirtual().start(() -> {
                    try (var connection = listener.accept();
                            OutputStream out = connection.out()) {
                        out.write("hello from outside\n".getBytes(StandardCharsets.UTF_8));
                    } catch (IOException | InterruptedException failed) {
                        throw new IllegalStateException(failed);
                    }
                });

                assertThat(shell("cat < /dev/tcp/127.0.0.1/" + listener.port(), "bash")
                                .stdout())
                        .isEqualTo("hello from outside\n");
            }
        }
    }

    @Nested
    class LimitsReached {
        @Test
        void memory() {
            RealDocker.assumeRunc(NO_VICTIM);

            Ended ended = shell("python3 -c 'x = bytearray(3 << 30)'");

            assertThat(ended.succeeded()).isFalse();
            assertThat(ended.limits()).containsExactly(reached(Kind.MEMORY, "memory limit of 2 GB reached"));
            assertThat(shell("echo alive").stdout()).isEqualTo("alive\n");
            assertThat(shell("false").limits()).isEmpty();
            assertThat(sandbox.limitsReached()).containsExactly(reached(Kind.MEMORY, "memory limit of 2 GB reached"));
        }

        @Test
        void memoryAlsoWhereTheCommandDidNotMind() {
            RealDocker.assumeRunc(NO_VICTIM);

            Ended ended = shell("python3 -c 'x = bytearray(3 << 30)' 2>/dev/null; true");

            assertThat(ended.succeeded()).isTrue();
            assertThat(sandbox.limitsReached()).contains(reached(Kind.MEMORY, "memory limit of 2 GB reached"));
        }

        @Test
        void memoryEndsTheWholeSandboxUnderGvisor() {
            RealDocker.assumeGvisor("under runc it ends the process that took it");

            assertThatExceptionOfType(SandboxUnavailable.class)
                    .isThrownBy(() -> shell("python3 -c 'x = bytearray(3 << 30)'"))
                    .withMessageContaining("(millrace.worker.sandbox.memory)");
        }

        @Test
        void processesEndTheWholeSandboxUnderGvisor() {
            RealDocker.assumeGvisor("under runc no more can be made");

            assertThatExceptionOfType(SandboxUnavailable.class)
                    .isThrownBy(() -> shell("for i in $(seq 100); do sleep 20 & done; false"))
                    .withMessageContaining("(millrace.worker.sandbox.pids)");
        }

        @Test
        void processes() {
            RealDocker.assumeRunc(NO_FORK_REFUSED);

            Ended ended = shell("for i in $(seq 100); do sleep 20 & done; false");

            assertThat(ended.limits()).contains(reached(Kind.PROCESSES, "limit of 64 processes reached"));
        }

        @Test
        void space() {
            assertThat(shell("head -c 9000000 /dev/zero > /tmp/big").limits())
                    .containsExactly(reached(Kind.SPACE, "size limit of /tmp, 8 MB, reached"));
        }

        @Test
        void inodes() {
            RealDocker.assumeRunc(NO_INODES);

            assertThat(shell("cd /home/agent; for i in $(seq 1100); do : > $i || exit 1; done")
                            .limits())
                    .containsExactly(reached(Kind.INODES, "limit of /home/agent, 1000 files, reached"));
        }

        @Test
        void fileSize() {
            assertThat(shell("ulimit -f 1; exec head -c 9000 /dev/zero > /tmp/big", "bash")
                            .limits())
                    .contains(reached(Kind.FILE_SIZE, "file size limit of 1 GB reached"));
        }

        @Test
        void openFiles() {
            assertThat(shell("exec python3 -c 'l = [open(\"/dev/null\") for i in range(5000)]'")
                            .limits())
                    .containsExactly(reached(Kind.OPEN_FILES, "limit of 4096 open files reached"));
        }

        @Test
        void output() {
            Ended ended = shell("head -c 100000 /dev/zero");

            assertThat(ended.succeeded()).isTrue();
            assertThat(ended.limits())
                    .containsExactly(reached(Kind.OUTPUT, "output limit of 64 KB reached: 34464 bytes were left out"));
        }

        @Test
        void time() {
            assertThat(sandbox.run(Command.shell("sleep 20", Duration.ofMillis(300)))
                            .limits())
                    .containsExactly(reached(Kind.TIME, "time limit of 0.3s reached"));
        }

        @Test
        void processors() {
            RealDocker.assumeRunc("gVisor does not tell how long a container was held back");

            try (var slow = RealDocker.sandboxes(WORKER, Map.of("pool", "0", "cpus", "0.05"));
                    var held = slow.open("", Map.of())) {
                held.run(Command.shell("timeout 4 sh -c 'while :; do :; done'", LIMIT));

                assertThat(held.limitsReached())
                        .singleElement()
                        .extracting(LimitReached::description)
                        .asString()
                        .startsWith("CPU limit of 0.05 reached: held back for ");
            }
        }

        @Test
        void noneByACommandThatOnlyFails() {
            assertThat(shell("exit 1").limits()).isEmpty();
            assertThat(sandbox.limitsReached()).isEmpty();
        }

        private LimitReached reached(Kind kind, String description) {
            return new LimitReached(kind, description);
        }
    }

    @Nested
    class Pipes {
        @Test
        void carryBytesUnchangedBothWays() {
            byte[] bytes = new byte[3_000_000];
            new Random(7).nextBytes(bytes);
            var out = new ByteArrayOutputStream();

            Ended ended = sandbox.pipe(
                    Command.shell("echo note >&2; head -c " + bytes.length, LIMIT),
                    new ByteArrayInputStream(bytes),
                    out);

            assertThat(ended.succeeded()).isTrue();
            assertThat(ended.stderr()).isEqualTo("note\n");
            assertThat(out.toByteArray()).isEqualTo(bytes);
        }

        @Test
        void aReaderThatGivesUpEndsTheCommand() {
            Ended ended =
                    sandbox.pipe(Command.shell("exec yes", LIMIT), InputStream.nullInputStream(), new OutputStream() {
                        @Override
                        public void write(int oneByte) throws IOException {
                            throw new IOException("enough");
                        }
                    });

            assertThat(ended.exitCode()).isEqualTo(141);
            Awaitility.await()
                    .until(() -> !shell("grep -l yes /proc/[0-9]*/comm").succeeded());
        }

        @Test
        void anInputThatBreaksEndsTheCommandAndIsToldToTheCaller() {
            var broken = new InputStream() {
                @Override
                public int read() throws IOException {
                    throw new IOException("no more");
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    throw new IOException("no more");
                }
            };

            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(
                            () -> sandbox.pipe(Command.shell("cat", LIMIT), broken, OutputStream.nullOutputStream()));
            Awaitility.await()
                    .until(() -> !shell("grep -l cat /proc/[0-9]*/comm").succeeded());
        }
    }

    @Nested
    class Endings {
        @Test
        void aDeadContainerIsAFaultOfOurs() {
            var running = CompletableFuture.supplyAsync(() -> shell("echo up > /tmp/up; sleep 30"));
            Awaitility.await().until(() -> shell("test -e /tmp/up").succeeded());

            engine.remove(id());

            assertThat(running)
                    .failsWithin(20, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .withCauseInstanceOf(SandboxUnavailable.class);
            assertThatExceptionOfType(SandboxUnavailable.class)
                    .isThrownBy(() -> shell("true"))
                    .withMessageContaining("container is gone");
        }

        @Test
        void anInterruptEndsTheWaitAndTheFlagStays() throws Exception {
            var flagged = new CompletableFuture<Boolean>();
            var caught = new CompletableFuture<Throwable>();
            Thread thread = Thread.ofVirtual().start(() -> {
                try {
                    shell("echo up > /tmp/up; sleep 30");
                } catch (SandboxUnavailable unavailable) {
                    flagged.complete(Thread.currentThread().isInterrupted());
                    sandbox.close();
                    caught.complete(unavailable);
                }
            });
            Awaitility.await().until(() -> shell("test -e /tmp/up").succeeded());

            thread.interrupt();

            assertThat(caught.get(20, TimeUnit.SECONDS)).hasMessageContaining("interrupted");
            assertThat(flagged).isCompletedWithValue(true);
            nothingIsLeftOf(WORKER);
        }

        @Test
        void closeRemovesTheContainerAndMayComeTwice() {
            sandbox.close();
            sandbox.close();

            nothingIsLeftOf(WORKER);
            assertThatExceptionOfType(SandboxUnavailable.class).isThrownBy(() -> shell("true"));
        }

        @Test
        void whatADeadWorkerLeftIsFoundByItsName() {
            assertThat(sandboxes.removeLeftBy("another")).isZero();
            assertThat(sandboxes.removeLeftBy(WORKER)).isPositive();
            assertThat(containersOf(WORKER)).isEmpty();
        }

        @Test
        void aSandboxEndsByItself() {
            try (var brief = RealDocker.sandboxes(WORKER + "-brief", Map.of("lifetime", "1s"))) {
                brief.open("", Map.of());

                nothingIsLeftOf(WORKER + "-brief");
            }
        }
    }

    @Nested
    class Refusals {
        @ParameterizedTest
        @ValueSource(strings = {"", "Task", "a b", "../x"})
        void aLabelThatIsNoneIsRefused(String label) {
            assertThatThrownBy(() -> sandboxes.open("", Map.of(label, "x")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private String id() {
        return ((DockerSandbox) sandbox).container();
    }

    private static List<Container> containersOf(String worker) {
        return engine.ask(
                "list",
                docker -> docker.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(Map.of("dev.millrace.worker", worker))
                        .exec());
    }

    private static void nothingIsLeftOf(String worker) {
        Awaitility.await().untilAsserted(() -> assertThat(containersOf(worker)).isEmpty());
    }

    private Ended shell(String script) {
        return shell(script, "sh");
    }

    private Ended shell(String script, String shell) {
        return sandbox.run(new Command(List.of(shell, "-c", script), Map.of(), Sandbox.WORKSPACE, LIMIT));
    }
}
