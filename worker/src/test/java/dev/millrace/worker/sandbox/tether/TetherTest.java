package dev.millrace.worker.sandbox.tether;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.worker.sandbox.Listener;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.SystemCallFailed;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The worker's end and the sandbox's, the real program, with nothing between them but two pipes. */
@Timeout(120)
class TetherTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration GRACE = Duration.ofMillis(200);

    private final LocalWire wire = new LocalWire();
    private final Tether tether = wire.tether();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        tether.close();
        await().until(() -> !wire.process().isAlive());
    }

    @Nested
    class Commands {
        @Test
        void standardOutputAndErrorComeApart() throws Exception {
            assertThat(shell("echo out; echo err >&2")).isEqualTo(new Said("out\n", "err\n", 0, false));
        }

        @Test
        void theExitCodeComes() throws Exception {
            assertThat(shell("exit 77").code).isEqualTo(77);
        }

        @Test
        void theSignalThatKilledItComes() throws Exception {
            try (var process = start(Map.of(), false, "sh", "-c", "kill -9 $$")) {
                var exit = process.await();
                assertThat(exit.signalled()).isTrue();
                assertThat(exit.shellCode()).isEqualTo(137);
            }
        }

        @Test
        void aSignalReachesTheWholeGroup() throws Exception {
            try (var process = start(Map.of(), false, "sh", "-c", "sleep 100 & echo ready; wait")) {
                assertThat(process.stdout().readNBytes(6)).isEqualTo("ready\n".getBytes(UTF_8));
                process.signal(15);
                assertThat(process.await().code()).isEqualTo(15);
            }
        }

        @Test
        void itsUseOfTheMachineIsCounted() throws Exception {
            try (var process = start(Map.of(), false, "sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done")) {
                var exit = process.await();
                assertThat(exit.wall()).isPositive();
                assertThat(exit.user().plus(exit.system())).isPositive();
                assertThat(exit.residentBytes()).isPositive();
            }
        }

        @Test
        void itGetsDirectoryAndEnvironment() throws Exception {
            var run = new Run(
                    List.of("sh", "-c", "pwd; echo \"$A\""),
                    Map.of("A", "ä=b"),
                    directory.toString(),
                    LIMIT,
                    GRACE,
                    false);
            try (var process = tether.start(run)) {
                assertThat(text(process.stdout())).isEqualTo(directory + "\nä=b\n");
            }
        }

        @Test
        void theOtherEndsEnvironmentIsKnown() {
            assertThat(tether.environment()).containsEntry("PATH", System.getenv("PATH"));
        }

        @Test
        void standardInputEndsWhenItIsClosed() throws Exception {
            try (var process = start(Map.of(), true, "sh", "-c", "cat; echo end")) {
                process.stdin().write("in ".getBytes(UTF_8));
                process.stdin().close();
                assertThat(text(process.stdout())).isEqualTo("in end\n");
            }
        }

        @Test
        void withoutStandardInputItReadsNothing() throws Exception {
            assertThat(shell("cat").out).isEmpty();
        }

        @Test
        void writingToACommandThatHasEndedFails() throws Exception {
            try (var process = start(Map.of(), true, "true")) {
                process.await();
                assertThatThrownBy(() -> process.stdin().write(1))
                        .isInstanceOfSatisfying(
                                SystemCallFailed.class,
                                e -> assertThat(e.errno()).isEqualTo(32));
                process.stdin().close();
            }
        }

        @Test
        void muchMoreThanAFrameGoesThroughUnchanged() throws Exception {
            byte[] much = random(3_000_000);
            try (var process = start(Map.of(), true, "cat")) {
                var fed = inBackground(() -> {
                    process.stdin().write(much);
                    process.stdin().close();
                    return 0;
                });
                assertThat(Arrays.equals(process.stdout().readAllBytes(), much)).isTrue();
                fed.get();
                assertThat(process.await().code()).isZero();
            }
        }

        @Test
        void anEnvironmentLargerThanAFrameArrives() throws Exception {
            String large = "x".repeat(100_000);
            try (var process = start(Map.of("A", large, "B", large), false, "sh", "-c", "echo ${#A}${#B}")) {
                assertThat(text(process.stdout())).isEqualTo("100000100000\n");
            }
        }

        @Test
        void aRequestThatTheOtherEndWouldNotTakeIsRefusedHere() {
            assertThatThrownBy(() -> start(Map.of("A", "x".repeat(2_100_000)), false, "true"))
                    .isInstanceOfSatisfying(
                            SystemCallFailed.class, e -> assertThat(e.errno()).isEqualTo(7));
            assertThat(tether.isOpen()).isTrue();
        }

        @Test
        void whatCannotBeStartedSaysWhy() throws Exception {
            try (var process = start(Map.of(), false, "no-such-program")) {
                assertThatThrownBy(process::await)
                        .isInstanceOfSatisfying(
                                SystemCallFailed.class,
                                e -> assertThat(e.errno()).isEqualTo(2))
                        .hasMessageContaining("no-such-program");
                assertThatThrownBy(() -> process.stdout().read()).isInstanceOf(SystemCallFailed.class);
            }
        }

        @Test
        void itsTimeLimitEndsIt() throws Exception {
            var run = new Run(List.of("sleep", "100"), Map.of(), "/", Duration.ofMillis(50), GRACE, false);
            try (var process = tether.start(run)) {
                assertThat(process.await().limit()).isTrue();
            }
        }

        @Test
        void waitingForItWithALimitLetsItGoOn() throws Exception {
            try (var process = start(Map.of(), true, "cat")) {
                assertThat(process.await(Duration.ofMillis(10))).isEmpty();
                process.stdin().close();
                assertThat(process.await(LIMIT)).isPresent();
            }
        }

        @Test
        void aHundredGoOnSideBySide() throws Exception {
            var all = IntStream.range(0, 100)
                    .mapToObj(i -> inBackground(() -> shell("echo " + i + "; echo " + i + " >&2; exit " + i)))
                    .toList();
            for (int i = 0; i < all.size(); i++) {
                assertThat(all.get(i).get()).isEqualTo(new Said(i + "\n", i + "\n", i, false));
            }
        }

        @Test
        void outputThatNobodyReadsStallsNobodyElse() throws Exception {
            try (var unread = start(Map.of(), false, "sh", "-c", "cat /dev/zero; true")) {
                await().until(() -> unread.stdout().available() == ChannelInput.WINDOW);
                assertThat(shell("head -c 1000000 /dev/zero").out).hasSize(1_000_000);
                assertThat(unread.stdout().available()).isEqualTo(ChannelInput.WINDOW);
            }
        }

        @Test
        void unreadErrorsDoNotStallTheOutput() throws Exception {
            var script = "head -c 200000 /dev/zero >&2; head -c 1000000 /dev/zero";
            try (var process = start(Map.of(), false, "sh", "-c", script)) {
                assertThat(process.stdout().readAllBytes()).hasSize(1_000_000);
                assertThat(process.stderr().readAllBytes()).hasSize(200_000);
            }
        }

        @Test
        void outputThatIsClosedIsDroppedAndTheCommandGoesOn() throws Exception {
            try (var process = start(Map.of(), false, "sh", "-c", "head -c 300000000 /dev/zero; echo done >&2")) {
                process.stdout().close();
                assertThat(text(process.stderr())).isEqualTo("done\n");
                assertThat(process.await().code()).isZero();
                assertThat(process.stdout().available()).isZero();
            }
        }
    }

    @Nested
    class Cancelling {
        @Test
        void killsAlsoWhatMadeItselfADaemon() throws Exception {
            String mark = "7" + Math.abs(new Random().nextInt(1_000_000_000));
            String script =
                    "(setsid sleep 1%s &) ; (trap '' TERM HUP; sleep 2%s & ) & setsid sh -c '(sleep 3%s &)'; echo ready; sleep 4%s"
                            .replace("%s", mark);
            try (var process = start(Map.of(), false, "sh", "-c", script)) {
                assertThat(process.stdout().readNBytes(6)).hasSize(6);
                await().until(() -> sleepers(mark) == 4);
                process.kill();
                await().until(() -> sleepers(mark) == 0);
                assertThatThrownBy(process::await)
                        .isInstanceOfSatisfying(
                                SystemCallFailed.class,
                                e -> assertThat(e.errno()).isEqualTo(125));
            }
        }

        @Test
        void byAnInterruptEndsTheWaitAndTheCommand() throws Exception {
            String mark = "8" + Math.abs(new Random().nextInt(1_000_000_000));
            try (var process = start(Map.of(), false, "sleep", mark)) {
                await().until(() -> sleepers(mark) == 1);
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> process.stdout().read()).isInstanceOf(SandboxUnavailable.class);
                assertThat(Thread.interrupted()).isTrue();
                await().until(() -> sleepers(mark) == 0);
                assertThat(tether.isOpen()).isTrue();
                assertThat(shell("echo on").out).isEqualTo("on\n");
            }
        }

        private long sleepers(String mark) {
            return ProcessHandle.allProcesses()
                    .map(process -> process.info().commandLine().orElse(""))
                    .filter(line -> line.contains("sleep") && line.endsWith(mark) && !line.contains("-c"))
                    .count();
        }
    }

    @Nested
    class TheFiles {
        @Test
        void whatIsWrittenIsRead() throws Exception {
            byte[] content = random(1_000_000);
            String path = directory.resolve("a/b/c").toString();
            assertThat(tether.write(path, 0640, true, new ByteArrayInputStream(content)))
                    .isEqualTo(content.length);
            try (var in = tether.read(path.getBytes(UTF_8), 0, Long.MAX_VALUE)) {
                assertThat(Arrays.equals(in.readAllBytes(), content)).isTrue();
            }
            try (var in = tether.read(path.getBytes(UTF_8), 1000, 10)) {
                assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 1000, 1010));
            }
            var status = tether.stat(path);
            assertThat(status.isFile()).isTrue();
            assertThat(status.size()).isEqualTo(content.length);
            assertThat(status.mode() & 0777).isEqualTo(0640);
            assertThat(status.modified())
                    .isEqualTo(Files.getLastModifiedTime(Path.of(path)).toInstant());
        }

        @Test
        void whatIsNotThereSaysSoWithItsErrno() {
            String path = directory.resolve("none").toString();
            assertErrno(2, () -> tether.stat(path));
            assertErrno(2, () -> tether.space(path));
            assertErrno(2, () -> tether.read(path.getBytes(UTF_8), 0, 1));
            assertErrno(2, () -> tether.write(path + "/x", 0600, false, InputStream.nullInputStream()));
            assertErrno(2, () -> tether.list(path, 9, 9, Set.of(), _ -> {}));
            assertErrno(22, () -> tether.read("/".getBytes(UTF_8), 0, 1));
        }

        @Test
        void onlyHalfReadIsNoHarm() throws Exception {
            Files.write(directory.resolve("large"), random(2_000_000));
            byte[] path = directory.resolve("large").toString().getBytes(UTF_8);
            for (int i = 0; i < 2 * Streams.MOST; i++) {
                try (var in = tether.read(path, 0, Long.MAX_VALUE)) {
                    assertThat(in.readNBytes(10)).hasSize(10);
                }
            }
        }

        @Test
        void aContentThatCannotBeReadComesThrough() throws Exception {
            var broken = new InputStream() {
                @Override
                public int read() throws IOException {
                    throw new EOFException("no more of it");
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    throw new EOFException("no more of it");
                }
            };
            String path = directory.resolve("w").toString();
            assertThatThrownBy(() -> tether.write(path, 0600, false, broken)).hasMessage("no more of it");
            assertThat(tether.write(path, 0600, false, new ByteArrayInputStream(new byte[1])))
                    .isOne();
        }

        @Test
        void theRoomIsThatOfItsFileSystem() throws Exception {
            var store = Files.getFileStore(directory);
            assertThat(tether.space(directory.toString()).totalBytes()).isEqualTo(store.getTotalSpace());
        }

        @Test
        void aTreeIsUnpackedAndListedWithWhateverNamesItHas() throws Exception {
            Instant time = Instant.ofEpochSecond(1_000_000_000);
            String odd = "n\nl \u00e9\u00ff \001";
            byte[] content = random(300_000);
            try (var unpacking = tether.unpack(directory.resolve("tree").toString())) {
                unpacking.directory("d".getBytes(UTF_8), 0750, time);
                unpacking.file(
                        "d/large".getBytes(UTF_8), 0644, time, content.length, new ByteArrayInputStream(content));
                unpacking.file(odd.getBytes(ISO_8859_1), 0755, time, 0, InputStream.nullInputStream());
                unpacking.file("x/y/z".getBytes(UTF_8), 0600, time, 1, new ByteArrayInputStream(new byte[1]));
                unpacking.link("l".getBytes(UTF_8), time, "/no/\u00ffwhere".getBytes(ISO_8859_1));
                unpacking.file("left-out/f".getBytes(UTF_8), 0600, time, 0, InputStream.nullInputStream());
                unpacking.finish();
            }
            var listed = new TreeMap<String, Integer>();
            var times = new TreeMap<String, Instant>();
            String tree = directory.resolve("tree").toString();
            long count = tether.list(tree, 9, 100, Set.of("left-out"), entry -> {
                String path = new String(entry.path(), ISO_8859_1);
                listed.put(path, entry.status().mode());
                times.put(path, entry.status().modified());
            });
            assertThat(listed)
                    .containsOnlyKeys("d", "d/large", odd, "x", "x/y", "x/y/z", "l")
                    .hasSize((int) count)
                    .containsEntry("d", 0040750)
                    .containsEntry(odd, 0100755)
                    .containsEntry("l", 0120777);
            assertThat(times).containsEntry("d/large", time).containsEntry("l", time);
            assertThat(content("tree/d/large".getBytes(UTF_8))).isEqualTo(content);
            assertThat(content(("tree/" + odd).getBytes(ISO_8859_1))).isEmpty();
            assertThat(content("tree/l".getBytes(UTF_8))).isEqualTo("/no/\u00ffwhere".getBytes(ISO_8859_1));
            assertErrno(7, () -> tether.list(tree, 9, 3, Set.of(), _ -> {}));
        }

        @Test
        void whatCannotBeUnpackedIsToldAtTheLatestAtTheEnd() {
            assertErrno(22, () -> {
                try (var unpacking = tether.unpack(directory.toString())) {
                    unpacking.link("../out".getBytes(UTF_8), Instant.EPOCH, new byte[] {'x'});
                    unpacking.finish();
                }
                return 0;
            });
        }

        @Test
        void aFileThatIsShorterThanPromisedEndsTheUnpacking() throws Exception {
            try (var unpacking = tether.unpack(directory.toString())) {
                assertThatThrownBy(() -> unpacking.file(
                                "f".getBytes(UTF_8), 0600, Instant.EPOCH, 2, new ByteArrayInputStream(new byte[1])))
                        .isInstanceOf(EOFException.class);
                assertThatThrownBy(unpacking::finish).isInstanceOf(SystemCallFailed.class);
            }
        }

        private byte[] content(byte[] name) throws IOException {
            byte[] prefix = (directory + "/").getBytes(UTF_8);
            byte[] path = Arrays.copyOf(prefix, prefix.length + name.length);
            System.arraycopy(name, 0, path, prefix.length, name.length);
            try (var in = tether.read(path, 0, Long.MAX_VALUE)) {
                return in.readAllBytes();
            }
        }
    }

    @Nested
    class Connections {
        @Test
        void aThousandWithSixtyFourAtATimeLoseNothing() throws Exception {
            try (var listener = tether.listen(0)) {
                var programs =
                        Executors.newFixedThreadPool(64, Thread.ofVirtual().factory());
                var clients = IntStream.range(0, 1000)
                        .mapToObj(i -> programs.submit(() -> echoed(listener.port(), i)))
                        .toList();
                var echoes = IntStream.range(0, 1000)
                        .mapToObj(_ -> inBackground(() -> echo(listener)))
                        .toList();
                for (int i = 0; i < clients.size(); i++) {
                    assertThat(clients.get(i).get()).isEqualTo("hello " + i + " and goodbye");
                    echoes.get(i).get();
                }
                programs.close();
            }
        }

        @Test
        void eachWayEndsByItself() throws Exception {
            try (var listener = tether.listen(0);
                    var program = new Socket(InetAddress.getLoopbackAddress(), listener.port());
                    var connection = listener.accept()) {
                program.getOutputStream().write("question".getBytes(UTF_8));
                program.shutdownOutput();
                assertThat(text(connection.in())).isEqualTo("question");
                connection.out().write("answer".getBytes(UTF_8));
                connection.out().close();
                assertThat(text(program.getInputStream())).isEqualTo("answer");
            }
        }

        @Test
        void aConnectionThatIsClosedIsResetForTheProgram() throws Exception {
            try (var listener = tether.listen(0);
                    var program = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
                listener.accept().close();
                assertThatThrownBy(() ->
                                assertThat(program.getInputStream().read()).isPositive())
                        .isInstanceOfAny(IOException.class, AssertionError.class);
            }
        }

        @Test
        void moreThanMayWaitAreResetAndTheRestServed() throws Exception {
            var programs = new ArrayList<Socket>();
            try (var listener = tether.listen(0)) {
                for (int i = 0; i < TetherListener.BACKLOG + 1; i++) {
                    programs.add(new Socket(InetAddress.getLoopbackAddress(), listener.port()));
                }
                assertThatThrownBy(() -> assertThat(
                                        programs.getLast().getInputStream().read())
                                .isPositive())
                        .isInstanceOfAny(IOException.class, AssertionError.class);
                for (int i = 0; i < TetherListener.BACKLOG; i++) {
                    listener.accept().out().write(i);
                }
                int sum = 0;
                for (int i = 0; i < TetherListener.BACKLOG; i++) {
                    sum += programs.get(i).getInputStream().read();
                }
                assertThat(sum).isEqualTo(TetherListener.BACKLOG * (TetherListener.BACKLOG - 1) / 2);
            } finally {
                for (var program : programs) {
                    program.close();
                }
            }
        }

        @Test
        void aClosedListenerLeavesConnectionsAlone() throws Exception {
            var listener = tether.listen(0);
            try (var program = new Socket(InetAddress.getLoopbackAddress(), listener.port());
                    var connection = listener.accept()) {
                listener.close();
                assertThatThrownBy(listener::accept).isInstanceOf(SandboxUnavailable.class);
                connection.out().write('x');
                assertThat(program.getInputStream().read()).isEqualTo('x');
                await().until(() -> isRefused(listener.port()));
            }
        }

        @Test
        void aPortThatIsTakenSaysSo() throws Exception {
            try (var listener = tether.listen(0)) {
                assertErrno(98, () -> tether.listen(listener.port()));
            }
        }

        private boolean isRefused(int port) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return !socket.isConnected();
            } catch (IOException _) {
                return true;
            }
        }

        private String echoed(int port, int i) throws IOException {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write(("hello " + i).getBytes(UTF_8));
                socket.shutdownOutput();
                return text(socket.getInputStream());
            }
        }

        private int echo(Listener listener) throws Exception {
            try (var connection = listener.accept()) {
                connection.out().write(connection.in().readAllBytes());
                connection.out().write(" and goodbye".getBytes(UTF_8));
                connection.out().close();
            }
            return 0;
        }
    }

    @Nested
    class TheEnd {
        @Test
        void aSignOfLifeComes() {
            assertThat(tether.ping(LIMIT)).isPositive();
        }

        @Test
        void whenTheProgramIsKilledEverybodyHearsOfIt() throws Exception {
            try (var process = start(Map.of(), true, "sleep", "100");
                    var listener = tether.listen(0)) {
                var waits = List.<Future<?>>of(
                        inBackground(process::await),
                        inBackground(() -> process.stdout().read()),
                        inBackground(() -> process.stderr().read()),
                        inBackground(() -> {
                            while (true) {
                                process.stdin().write(new byte[10_000]);
                            }
                        }),
                        inBackground(listener::accept),
                        inBackground(() -> shell("sleep 100")));
                wire.process().destroyForcibly();
                for (var wait : waits) {
                    assertThatThrownBy(wait::get)
                            .cause()
                            .isInstanceOf(SandboxUnavailable.class)
                            .message()
                            .satisfiesAnyOf(
                                    m -> assertThat(m).contains("exit code 137"),
                                    m -> assertThat(m).contains("not listened on"));
                }
            }
            assertThatThrownBy(() -> tether.stat("/")).isInstanceOf(SandboxUnavailable.class);
            assertThat(tether.isOpen()).isFalse();
        }

        @Test
        void whenItIsClosedTheProgramEndsAndLaterCallsSaySo() {
            tether.close();
            await().until(() -> !wire.process().isAlive());
            assertThatThrownBy(() -> shell("true"))
                    .isInstanceOf(SandboxUnavailable.class)
                    .hasMessageContaining("closed");
        }

        @Test
        void aLifetimeThatIsOverEndsTheProgram() throws Exception {
            tether.lifetime(Duration.ofMillis(1));
            assertThat(wire.process().waitFor()).isEqualTo(4);
            await().until(() -> !tether.isOpen());
        }
    }

    private record Said(String out, String err, int code, boolean signalled) {}

    private Said shell(String script) throws Exception {
        try (var process = start(Map.of(), false, "sh", "-c", script)) {
            var err = inBackground(() -> text(process.stderr()));
            String out = text(process.stdout());
            var exit = process.await();
            return new Said(out, err.get(), exit.code(), exit.signalled());
        }
    }

    private RemoteProcess start(Map<String, String> environment, boolean input, String... argv)
            throws SystemCallFailed {
        return tether.start(new Run(List.of(argv), environment, directory.toString(), LIMIT, GRACE, input));
    }

    private static void assertErrno(int errno, Callable<?> call) {
        assertThatThrownBy(call::call)
                .isInstanceOfSatisfying(
                        SystemCallFailed.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    private static <T> Future<T> inBackground(Callable<T> call) {
        var task = new FutureTask<>(call);
        Thread.startVirtualThread(task);
        return task;
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), UTF_8);
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
