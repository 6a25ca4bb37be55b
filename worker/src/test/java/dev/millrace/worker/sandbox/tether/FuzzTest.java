package dev.millrace.worker.sandbox.tether;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.SystemCallFailed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hostile other end can end its own tether, and nothing else. Inputs are changes to a conversation with the real
 * program, recorded at the start, and pure noise. {@code millrace.fuzz.inputs} says how many, {@code millrace.fuzz.seed}
 * repeats what failed.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class FuzzTest {
    private static final long INPUTS = Long.getLong("millrace.fuzz.inputs", 200_000);
    private static final long SEED = Long.getLong("millrace.fuzz.seed", System.nanoTime());
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final int CALLS = 6;
    private static final OtherEnd.Frame HELLO =
            new OtherEnd.Frame(0, FrameType.HELLO.code(), OtherEnd.hello("A=b").toArray());

    @TempDir
    private Path directory;

    private final List<OtherEnd.Frame> recorded = new ArrayList<>();

    /** What this side says, in the order of the recorded streams, to whoever is there. */
    private interface Call {
        void to(Tether tether) throws Exception;
    }

    private List<Call> calls() {
        return List.of(
                tether -> tether.stat(directory.toString()),
                tether -> {
                    var run = new Run(List.of("sh", "-c", "cat; cat nothing"), Map.of(), "/", LONG, LONG, true);
                    try (var process = tether.start(run)) {
                        process.stdin().write("some words".getBytes(UTF_8));
                        process.stdin().close();
                        process.stdout().readAllBytes();
                        process.stderr().readAllBytes();
                        process.await();
                    }
                },
                tether -> {
                    try (var unpacking = tether.unpack(directory.toString())) {
                        unpacking.file(
                                "a/b".getBytes(UTF_8), 0600, Instant.EPOCH, 1, new ByteArrayInputStream(new byte[1]));
                        unpacking.finish();
                    }
                },
                tether -> tether.list(directory.toString(), 9, 99, Set.of("left-out"), _ -> {}),
                tether -> {
                    try (var in = tether.read((directory + "/a/b").getBytes(UTF_8), 0, 99)) {
                        in.readAllBytes();
                    }
                },
                tether -> {
                    try (var listener = tether.listen(0);
                            var connection = listener.accept()) {
                        connection.in().readAllBytes();
                        connection.out().write("bye".getBytes(UTF_8));
                        connection.out().close();
                    }
                });
    }

    @Test
    void theReaderSurvivesWhateverItHears() throws Exception {
        record();
        var random = new SplittableRandom(SEED);
        System.out.println("fuzz: millrace.fuzz.seed=" + SEED + ", " + INPUTS + " inputs");
        for (long i = 0; i < INPUTS; i++) {
            byte[] input = input(random);
            try {
                hear(input);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("input " + i + " of millrace.fuzz.seed=" + SEED, e);
            }
        }
    }

    @Test
    void callersHearOnlyOfWhatIsDocumentedAndNobodyHangs() throws Exception {
        record();
        var random = new SplittableRandom(SEED);
        System.out.println("fuzz: millrace.fuzz.seed=" + SEED + ", " + INPUTS / 100 + " tethers");
        for (long i = 0; i < INPUTS / 100; i++) {
            byte[] input = input(random);
            try {
                call(input);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("tether " + i + " of millrace.fuzz.seed=" + SEED, e);
            }
        }
    }

    private byte[] input(SplittableRandom random) {
        if (random.nextInt(20) > 0) {
            return new Mutations(random).of(recorded.subList(1, recorded.size()));
        }
        byte[] noise = new byte[random.nextInt(100)];
        random.nextBytes(noise);
        return noise;
    }

    /** On this thread, with nobody who calls: all that the reader does with an input. */
    private void hear(byte[] input) {
        var wire = new HostileEnd(new byte[0], bytes(HELLO, input), 0);
        var link = new Link(wire, LONG);
        var streams = new ArrayList<TetherStream<?>>(List.of(
                new TetherStream<>(link, Service.STAT, Answers::stat),
                new TetherStream<>(link, Service.RUN, Answers::exit),
                new TetherStream<>(link, Service.UNPACK, Answers::unpacked),
                new TetherStream<>(link, Service.LIST, Fields::count),
                new TetherStream<>(link, Service.READ, Fields::count),
                new TetherListener(link)));
        streams.forEach(link.streams()::opened);
        link.outbox().owePing();
        new Incoming(wire.in(), link.streams(), link).run();
        if (!wire.isClosed() || link.isOpen() || !streams.stream().allMatch(TetherStream::isOver)) {
            throw new AssertionError("it goes on after the end");
        }
    }

    /** With everything that there is in a worker. */
    private void call(byte[] input) throws Exception {
        var wire = new HostileEnd(bytes(HELLO, new byte[0]), input, CALLS);
        try (var tether = Tether.over(wire, LONG, LONG, LONG)) {
            var callers = new ArrayList<FutureTask<Void>>();
            for (var call : calls()) {
                var caller = new FutureTask<Void>(() -> documented(call, tether));
                callers.add(caller);
                Thread.startVirtualThread(caller);
                wire.awaitOpens(callers.size());
            }
            for (var caller : callers) {
                caller.get(20, TimeUnit.SECONDS);
            }
            assertThat(tether.endsWithin(Duration.ofSeconds(20))).isTrue();
        }
        assertThat(wire.isClosed()).isTrue();
    }

    private static Void documented(Call call, Tether tether) throws Exception {
        try {
            call.to(tether);
        } catch (SystemCallFailed | SandboxUnavailable _) {
            // As documented.
        }
        return null;
    }

    private static byte[] bytes(OtherEnd.Frame first, byte[] rest) {
        return new Bytes()
                .u32(first.stream())
                .u32((long) first.type() << 24 | first.payload().length)
                .raw(first.payload(), 0, first.payload().length)
                .raw(rest, 0, rest.length)
                .toArray();
    }

    /** A conversation with the real program; a short environment keeps it small. */
    private void record() throws Exception {
        var said = new ByteArrayOutputStream();
        var real = new LocalWire();
        var wire = recording(real, said);
        try (var tether = Tether.over(wire, LONG, LONG, LONG)) {
            var calls = calls();
            for (var call : calls.subList(0, CALLS - 1)) {
                call.to(tether);
            }
            var listener = tether.listen(0);
            try (var program = new Socket(InetAddress.getLoopbackAddress(), listener.port());
                    var connection = listener.accept()) {
                program.getOutputStream().write("hello".getBytes(UTF_8));
                program.shutdownOutput();
                connection.in().readAllBytes();
                connection.out().close();
                tether.ping(LONG);
            }
        }
        var in = new DataInputStream(new ByteArrayInputStream(said.toByteArray()));
        while (in.available() > 0) {
            int stream = in.readInt();
            int head = in.readInt();
            recorded.add(new OtherEnd.Frame(stream, head >>> 24, in.readNBytes(head & 0xff_ffff)));
        }
    }

    private static Wire recording(Wire wire, OutputStream said) {
        return new Wire() {
            @Override
            public InputStream in() {
                return new FilterInputStream(wire.in()) {
                    @Override
                    public int read(byte[] into, int offset, int length) throws IOException {
                        int n = super.read(into, offset, length);
                        said.write(into, offset, Math.max(0, n));
                        return n;
                    }
                };
            }

            @Override
            public OutputStream out() {
                return wire.out();
            }

            @Override
            public String diagnosis() {
                return wire.diagnosis();
            }

            @Override
            public void close() {
                wire.close();
            }
        };
    }
}
