package dev.millrace.worker.sandbox.tether;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.millrace.worker.sandbox.Listener;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.SystemCallFailed;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What this side says, and what it does not let the other end say. */
@Timeout(60)
class ProtocolTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final int CONNECTION = 1 << 31;

    private final OtherEnd other = new OtherEnd();
    private final List<Tether> tethers = new ArrayList<>();

    @AfterEach
    void close() {
        tethers.forEach(Tether::close);
        other.close();
    }

    private Tether tether(Duration silence) {
        other.say(0, FrameType.HELLO, OtherEnd.hello("A=b=c", "none"));
        var tether = Tether.over(other, Duration.ofMillis(1500), silence, LONG);
        tethers.add(tether);
        return tether;
    }

    @Nested
    class TheHello {
        @Test
        void isAnsweredWithVersionLifetimeAndSilence() throws Exception {
            assertThat(tether(LONG).environment()).isEqualTo(Map.of("A", "b=c"));
            var hello = other.hear(FrameType.HELLO).fields();
            assertThat(hello.u32()).isEqualTo(0x4d4c5254);
            assertThat(hello.u16()).isOne();
            assertThat(hello.u32()).isEqualTo(2);
            assertThat(hello.u32()).isEqualTo(600);
            hello.end();
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("dev.millrace.worker.sandbox.tether.ProtocolTest#noHellos")
        void thatIsNoneEndsTheTether(String reason, Bytes payload, FrameType type) {
            other.say(0, type, payload);
            assertThatThrownBy(() -> Tether.over(other, LONG, LONG, LONG))
                    .isInstanceOf(SandboxUnavailable.class)
                    .hasMessageContaining(reason);
            assertThat(other.isClosed()).isTrue();
        }

        @Test
        void thatDoesNotComeEndsTheTether() {
            assertThatThrownBy(() -> Tether.over(other, LONG, LONG, Duration.ofMillis(1)))
                    .isInstanceOf(SandboxUnavailable.class)
                    .hasMessageContaining("no hello came")
                    .hasMessageContaining("the test ended it");
            assertThat(other.isClosed()).isTrue();
        }

        @Test
        void isNoLongerWaitedForByAThreadThatIsInterrupted() {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> Tether.over(other, LONG, LONG, LONG)).isInstanceOf(SandboxUnavailable.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(other.isClosed()).isTrue();
        }
    }

    static Stream<Arguments> noHellos() {
        return Stream.of(
                arguments(
                        "no tether is there", new Bytes().u32(0x48545450).u16(1).u32(0), FrameType.HELLO),
                arguments("version 0", new Bytes().u32(0x4d4c5254).u16(0).u32(0), FrameType.HELLO),
                arguments("ends too early", new Bytes().u32(0x4d4c5254).u16(1).u32(5), FrameType.HELLO),
                arguments("bytes too many", OtherEnd.hello().u8(0), FrameType.HELLO),
                arguments("before HELLO", new Bytes().u64(1), FrameType.PONG));
    }

    @Nested
    class AViolation {
        private final Tether tether = tether(LONG);
        private final RemoteProcess process;
        private final Listener listener;

        AViolation() throws Exception {
            process = tether.start(run(true));
            var listening = inBackground(() -> tether.listen(0));
            other.hear(FrameType.OPEN);
            other.say(other.hear(FrameType.OPEN).stream(), FrameType.OPENED, new Bytes().u16(80));
            listener = listening.get();
            other.say(CONNECTION | 1, FrameType.ACCEPTED, new Bytes().u32(2));
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("dev.millrace.worker.sandbox.tether.ProtocolTest#violations")
        void endsTheTetherForEverybody(String reason, Consumer<OtherEnd> violation) {
            violation.accept(other);
            assertThatThrownBy(process::await)
                    .isInstanceOf(SandboxUnavailable.class)
                    .hasMessageContaining("broke the protocol")
                    .hasMessageContaining(reason);
            await().until(other::isClosed);
            assertThatThrownBy(() -> tether.stat("/")).isInstanceOf(SandboxUnavailable.class);
            assertThatThrownBy(listener::accept).isInstanceOf(SandboxUnavailable.class);
            assertThat(other.diagnoses()).isZero();
        }
    }

    private static Arguments violation(String reason, Consumer<OtherEnd> by) {
        return arguments(reason, by);
    }

    private static Arguments violation(String reason, int stream, FrameType type, Bytes payload) {
        return violation(reason, other -> other.say(stream, type, payload));
    }

    static Stream<Arguments> violations() {
        return Stream.of(
                violation("unknown type 153", other -> other.say(1, 0x99, new Bytes())),
                violation("DATA of 65537 bytes", other -> other.raw(new Bytes().frame(1, FrameType.DATA, 65_537))),
                violation("it said PING", 0, FrameType.PING, new Bytes().u64(1)),
                violation("it said LIFETIME", 0, FrameType.LIFETIME, new Bytes().u32(1)),
                violation("it said OPEN", 3, FrameType.OPEN, new Bytes().u8(4).u32(0)),
                violation("it said MORE", 1, FrameType.MORE, new Bytes()),
                violation("it said SIGNAL", 1, FrameType.SIGNAL, new Bytes().u8(9)),
                violation("HELLO twice", 0, FrameType.HELLO, OtherEnd.hello()),
                violation("HELLO on stream 1", 1, FrameType.HELLO, OtherEnd.hello()),
                violation("PONG on stream 1", 1, FrameType.PONG, new Bytes().u64(1)),
                violation("answers no PING", 0, FrameType.PONG, new Bytes().u64(1)),
                violation("DATA on stream 0", 0, FrameType.DATA, data(1, 1)),
                violation("stream 3, which was never opened", 3, FrameType.RESET, new Bytes()),
                violation("which was never opened", CONNECTION | 2, FrameType.RESET, new Bytes()),
                violation("not a new one", CONNECTION | 1, FrameType.ACCEPTED, new Bytes().u32(2)),
                violation("not a new one", 3, FrameType.ACCEPTED, new Bytes().u32(2)),
                violation("which is no LISTEN", CONNECTION | 2, FrameType.ACCEPTED, new Bytes().u32(1)),
                violation("which is no LISTEN", CONNECTION | 2, FrameType.ACCEPTED, new Bytes().u32(CONNECTION | 1)),
                violation("which was never opened", CONNECTION | 2, FrameType.ACCEPTED, new Bytes().u32(9)),
                violation("DATA on channel 0 of RUN", 1, FrameType.DATA, data(0, 1)),
                violation("DATA on channel 3 of RUN", 1, FrameType.DATA, data(3, 1)),
                violation("DATA on channel 0 of LISTEN", 2, FrameType.DATA, data(0, 1)),
                violation("DATA on channel 1 of CONNECTION", CONNECTION | 1, FrameType.DATA, data(1, 1)),
                violation("DATA without bytes", 1, FrameType.DATA, data(1, 0)),
                violation("ends too early", 1, FrameType.DATA, new Bytes()),
                violation("END on channel 0 of RUN", 1, FrameType.END, new Bytes().u8(0)),
                violation("bytes too many", 1, FrameType.END, new Bytes().u8(1).u8(1)),
                violation("END twice", other -> {
                    other.say(1, FrameType.END, new Bytes().u8(1));
                    other.say(1, FrameType.END, new Bytes().u8(1));
                }),
                violation("DATA after END", other -> {
                    other.say(1, FrameType.END, new Bytes().u8(2));
                    other.say(1, FrameType.DATA, data(2, 1));
                }),
                violation("over its credit of 4", other -> {
                    for (int i = 0; i < 4; i++) {
                        other.say(1, FrameType.DATA, data(1, 65_535));
                    }
                    other.say(1, FrameType.DATA, data(1, 5));
                }),
                violation(
                        "more than were sent",
                        1,
                        FrameType.CREDIT,
                        new Bytes().u8(0).u32(1)),
                violation(
                        "CREDIT for channel 1",
                        1,
                        FrameType.CREDIT,
                        new Bytes().u8(1).u32(1)),
                violation(
                        "CREDIT for channel 0 of LISTEN",
                        2,
                        FrameType.CREDIT,
                        new Bytes().u8(0).u32(1)),
                violation("ends too early", 1, FrameType.CREDIT, new Bytes().u8(0)),
                violation("OPENED on RUN", 1, FrameType.OPENED, new Bytes().u16(1)),
                violation("OPENED twice", 2, FrameType.OPENED, new Bytes().u16(1)),
                violation("RESULT of a LISTEN", 2, FrameType.RESULT, new Bytes()),
                violation("RESULT on a connection", CONNECTION | 1, FrameType.RESULT, new Bytes()),
                violation("RESULT before the END", 1, FrameType.RESULT, exit(0)),
                violation("unknown way 2", 1, FrameType.RESULT, exit(2)),
                violation("ends too early", 1, FrameType.RESULT, new Bytes()),
                violation("bytes too many", 1, FrameType.RESULT, exit(0).u8(0)),
                violation(
                        "a string of 5 bytes where 0 are left",
                        1,
                        FrameType.ERROR,
                        new Bytes().u32(1).u32(5)),
                violation("bytes too many", 1, FrameType.RESET, new Bytes().u8(0)));
    }

    @Nested
    class AFaultyListing {
        private final Tether tether = tether(LONG);

        @ParameterizedTest(name = "{0}")
        @MethodSource("dev.millrace.worker.sandbox.tether.ProtocolTest#listings")
        void endsTheTether(String reason, Bytes content) throws Exception {
            var listing = inBackground(() -> tether.list("/", 9, 9, Set.of(), _ -> {}));
            int stream = other.hear(FrameType.OPEN).stream();
            byte[] bytes = content.toArray();
            other.say(stream, FrameType.DATA, new Bytes().u8(0).raw(bytes, 0, bytes.length));
            other.say(stream, FrameType.END, new Bytes().u8(0));
            assertThatThrownBy(listing::get)
                    .cause()
                    .isInstanceOf(SandboxUnavailable.class)
                    .hasMessageContaining(reason);
            assertThat(other.isClosed()).isTrue();
        }
    }

    static Stream<Arguments> listings() {
        return Stream.of(
                arguments("ends too early", new Bytes().u32(1)),
                arguments("ends too early", entry("abc").u8(1)),
                arguments("that ends too early", stat().u32(5).u8('a')),
                arguments("a path of 65537 bytes", stat().u32(65_537)),
                arguments("the path /etc", entry("/etc")),
                arguments("the path  in", entry("")),
                arguments("the path a//b", entry("a//b")),
                arguments("the path a/", entry("a/")),
                arguments("the path .", entry(".")),
                arguments("the path a/../b", entry("a/../b")),
                arguments("the path ..", entry("..")),
                arguments("a NUL", stat().u32(2).u8('a').u8(0)),
                arguments(
                        "nanoseconds",
                        new Bytes()
                                .u32(0)
                                .u64(0)
                                .u64(0)
                                .u32(0)
                                .u64(0)
                                .u32(1_000_000_000)
                                .u64(0)
                                .u32(0)
                                .string("a")));
    }

    @Nested
    class ThisSide {
        private final Tether tether = tether(LONG);

        @Test
        void spendsNoMoreThanItsCredit() throws Exception {
            var process = tether.start(run(true));
            var written = inBackground(() -> {
                process.stdin().write(new byte[300_000]);
                process.stdin().close();
                return 0;
            });
            int got = 0;
            while (got < ChannelInput.WINDOW) {
                got += other.hear(FrameType.DATA).payload().length - 1;
            }
            assertThat(got).isEqualTo(ChannelInput.WINDOW);
            process.signal(10);
            assertThat(other.hear().type()).isEqualTo(FrameType.SIGNAL.code());
            other.say(1, FrameType.CREDIT, new Bytes().u8(0).u32(7));
            assertThat(other.hear().payload()).hasSize(8);
            other.say(1, FrameType.CREDIT, new Bytes().u8(0).u32(100_000));
            other.hear(FrameType.END);
            written.get();
        }

        @Test
        void givesCreditOnlyForWhatWasHandedOn() throws Exception {
            var process = tether.start(run(false));
            int stream = other.hear(FrameType.OPEN).stream();
            for (int i = 0; i < 4; i++) {
                other.say(stream, FrameType.DATA, data(1, 65_535));
            }
            await().until(() -> process.stdout().available() == 4 * 65_535);
            tether.lifetime(LONG);
            assertThat(other.hear().type()).isEqualTo(FrameType.LIFETIME.code());
            assertThat(process.stdout().readNBytes(65_536)).hasSize(65_536);
            var credit = other.hear();
            assertThat(credit.type()).isEqualTo(FrameType.CREDIT.code());
            assertThat(credit.payload()).isEqualTo(new Bytes().u8(1).u32(65_536).toArray());
        }

        @Test
        void givesCreditForWhatItDrops() throws Exception {
            var process = tether.start(run(false));
            int stream = other.hear(FrameType.OPEN).stream();
            process.stdout().close();
            long credit = ChannelInput.WINDOW;
            for (int i = 0; i < 1000; i++) {
                while (credit < 65_535) {
                    var fields = other.hear(FrameType.CREDIT).fields();
                    assertThat(fields.u8()).isOne();
                    credit += fields.u32();
                }
                other.say(stream, FrameType.DATA, data(1, 65_535));
                credit -= 65_535;
            }
            assertThat(process.stdout().available()).isZero();
        }

        @Test
        void saysNothingOnAStreamAfterItsReset() throws Exception {
            var process = tether.start(run(true));
            process.kill();
            process.kill();
            process.signal(9);
            assertThatThrownBy(() -> process.stdin().write(1)).isInstanceOf(SystemCallFailed.class);
            process.stdin().close();
            tether.lifetime(LONG);
            other.hear(FrameType.OPEN);
            assertThat(other.hear().type()).isIn(FrameType.RESET.code(), FrameType.LIFETIME.code());
            assertThat(other.hear().type()).isIn(FrameType.RESET.code(), FrameType.LIFETIME.code());
        }

        @Test
        void bearsWhatWasUnderWayWhenItResetTheStream() throws Exception {
            var process = tether.start(run(true));
            process.kill();
            int stream = other.hear(FrameType.RESET).stream();
            other.say(stream, FrameType.DATA, data(1, 10));
            other.say(stream, FrameType.END, new Bytes().u8(1));
            other.say(stream, FrameType.RESULT, exit(0));
            var pong = inBackground(() -> tether.ping(LONG));
            other.say(
                    0,
                    FrameType.PONG,
                    new Bytes().u64(other.hear(FrameType.PING).fields().u64()));
            assertThat(pong.get()).isPositive();
        }

        @Test
        void opensNoMoreStreamsThanAllowed() throws Exception {
            for (int i = 0; i < Streams.MOST; i++) {
                tether.start(run(false));
            }
            var oneMore = inBackground(() -> tether.start(run(false)));
            for (int i = 1; i <= Streams.MOST; i++) {
                assertThat(other.hear(FrameType.OPEN).stream()).isEqualTo(i);
            }
            tether.lifetime(LONG);
            assertThat(other.hear().type()).isEqualTo(FrameType.LIFETIME.code());
            other.say(7, FrameType.RESET, new Bytes());
            assertThat(other.hear(FrameType.OPEN).stream()).isEqualTo(Streams.MOST + 1);
            oneMore.get();
        }

        @Test
        void doesNotHangForTheRoomOfAStreamWhenTheWireBreaks() throws Exception {
            for (int i = 0; i < Streams.MOST; i++) {
                tether.start(run(false));
            }
            var more = inBackground(() -> tether.stat("/"));
            other.end();
            assertThatThrownBy(more::get)
                    .cause()
                    .isInstanceOf(SandboxUnavailable.class)
                    .hasMessageContaining("the other end is gone; the test ended it");
            assertThat(other.diagnoses()).isOne();
        }

        @Test
        void resetsWhatNobodyListensToAnyMore() throws Exception {
            var listening = inBackground(() -> tether.listen(0));
            other.say(other.hear(FrameType.OPEN).stream(), FrameType.OPENED, new Bytes().u16(80));
            listening.get().close();
            other.hear(FrameType.RESET);
            other.say(CONNECTION | 1, FrameType.ACCEPTED, new Bytes().u32(1));
            assertThat(other.hear().stream()).isEqualTo(CONNECTION | 1);
        }

        @Test
        void endsOnTooManyConnectionsAtOnce() throws Exception {
            var process = tether.start(run(false));
            var listening = inBackground(() -> tether.listen(0));
            other.hear(FrameType.OPEN);
            other.hear(FrameType.OPEN);
            other.say(2, FrameType.OPENED, new Bytes().u16(80));
            var listener = listening.get();
            for (int i = 0; i < Streams.MOST; i++) {
                other.say(CONNECTION | i + 1, FrameType.ACCEPTED, new Bytes().u32(2));
                listener.accept();
            }
            other.say(CONNECTION | Streams.MOST + 1, FrameType.ACCEPTED, new Bytes().u32(2));
            assertThatThrownBy(process::await).hasMessageContaining("more than 512 connections");
        }

        @Test
        void tellsWhyAWriteFailedAndNothingThatSteersATerminal() throws Exception {
            var write = inBackground(() -> tether.write("/f", 0600, true, new ByteArrayInputStream(new byte[9])));
            other.hear(FrameType.END);
            other.say(1, FrameType.ERROR, new Bytes().u32(28).string("write: /f\u001b[2J"));
            assertThatThrownBy(write::get)
                    .cause()
                    .isInstanceOfSatisfying(
                            SystemCallFailed.class, e -> assertThat(e.errno()).isEqualTo(28))
                    .hasMessage("write: /f?[2J (errno 28)");
        }

        @Test
        void keepsTimesThatNoInstantCanHold() throws Exception {
            var status = inBackground(() -> tether.stat("/"));
            var far = new Bytes()
                    .u32(0)
                    .u64(-1)
                    .u64(-1)
                    .u32(0)
                    .u64(Long.MAX_VALUE)
                    .u32(0)
                    .u64(Long.MIN_VALUE)
                    .u32(0);
            other.say(
                    other.hear(FrameType.OPEN).stream(),
                    FrameType.RESULT,
                    far.u64(0).u64(0).u64(0).u64(-1));
            assertThat(status.get().modified()).isEqualTo(Instant.MAX);
            assertThat(status.get().changed()).isEqualTo(Instant.MIN);
            assertThat(status.get().size()).isEqualTo(Long.MAX_VALUE);
        }

        @Test
        void refusesWhatNoStringCanHold() {
            assertThatThrownBy(() -> tether.stat("/\0")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tether.listen(65_536)).isInstanceOf(IllegalArgumentException.class);
            assertThat(tether.isOpen()).isTrue();
        }
    }

    @Nested
    class Silence {
        @Test
        void isBrokenThreeTimes() {
            tether(Duration.ofMillis(300));
            for (int token = 1; token <= 4; token++) {
                var ping = other.hear(FrameType.PING);
                assertThat(ping.payload()).isEqualTo(new Bytes().u64(token).toArray());
                other.say(0, FrameType.PONG, new Bytes().u64(token));
            }
        }

        @Test
        void ofTheOtherEndEndsTheTether() throws Exception {
            var process = tether(Duration.ofMillis(30)).start(run(false));
            assertThatThrownBy(process::await)
                    .isInstanceOf(SandboxUnavailable.class)
                    .hasMessageContaining("nothing was heard for PT0.03S");
            assertThat(other.isClosed()).isTrue();
        }

        @Test
        void thatAPingMeetsEndsTheTether() {
            var tether = tether(LONG);
            assertThatThrownBy(() -> tether.ping(Duration.ofMillis(1)))
                    .isInstanceOf(SandboxUnavailable.class)
                    .hasMessageContaining("no sign of life");
            assertThat(tether.isOpen()).isFalse();
        }

        @Test
        void ofAnEndThatReadsNothingHoldsNobodyForEver() throws Exception {
            var process = tether(Duration.ofMillis(100)).start(run(true));
            assertThatThrownBy(() -> {
                        while (true) {
                            process.signal(1);
                        }
                    })
                    .isInstanceOf(SandboxUnavailable.class);
        }
    }

    private static Run run(boolean input) {
        return new Run(List.of("cat"), Map.of(), "/", LONG, LONG, input);
    }

    private static Bytes data(int channel, int size) {
        return new Bytes().u8(channel).raw(new byte[size], 0, size);
    }

    private static Bytes exit(int how) {
        return new Bytes().u8(how).u32(0).u8(0).u64(1).u64(1).u64(1).u64(1);
    }

    private static Bytes stat() {
        return new Bytes()
                .u32(0100644)
                .u64(1)
                .u64(1)
                .u32(1)
                .u64(1)
                .u32(1)
                .u64(1)
                .u32(1);
    }

    private static Bytes entry(String path) {
        return stat().string(path.getBytes(StandardCharsets.UTF_8));
    }

    private static <T> Future<T> inBackground(Callable<T> call) {
        var task = new FutureTask<>(call);
        Thread.startVirtualThread(task);
        return task;
    }
}
