package dev.millrace.worker.sandbox.tether;

import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.SystemCallFailed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The connection itself: the wire, the threads that read it, write it and keep it alive, and its end. Whatever ends it,
 * ends it once, for everybody, and closes the wire; the three threads end with it.
 */
final class Link {
    private static final byte[] MAGIC = "MLRT".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final long LONGEST_SECONDS = 0xffff_ffffL;
    private static final AtomicLong NAMES = new AtomicLong();

    private final Wire wire;
    private final Streams streams = new Streams();
    private final Outbox outbox;
    private final Pulse pulse;
    private final Thread reader;
    private final Thread writer;
    private final Reply<Integer> greeting = new Reply<>();
    private final AtomicBoolean breaking = new AtomicBoolean();
    private final CompletableFuture<Failure> failure = new CompletableFuture<>();
    private volatile Map<String, String> environment = Map.of();
    private final AtomicLong framesHeard = new AtomicLong();

    /** Nothing runs yet. */
    Link(Wire wire, Duration silence) {
        this.wire = wire;
        outbox = new Outbox(wire.out(), streams, this);
        pulse = new Pulse(this, silence);
        String name = "tether-" + NAMES.incrementAndGet();
        // A thread of the system's: it sits in a read of whatever stream the wire has, which may pin a virtual one.
        reader = Thread.ofPlatform().daemon().name(name + "-reader").unstarted(new Incoming(wire.in(), streams, this));
        writer = Thread.ofVirtual().name(name + "-writer").unstarted(outbox);
    }

    /** Hears the other end's hello, and answers it. */
    static Link over(Wire wire, Duration lifetime, Duration silence, Duration within) {
        var link = new Link(wire, silence);
        link.reader.start();
        link.writer.start();
        try {
            if (link.greeting.await(within).isEmpty()) {
                link.lost("no hello came within " + within, null);
            }
            link.greeting.await();
            link.outbox.say(to -> to.frame(0, FrameType.HELLO, MAGIC.length + 10)
                    .raw(MAGIC, 0, MAGIC.length)
                    .u16(VERSION)
                    .u32(seconds(lifetime))
                    .u32(seconds(silence)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            link.close();
            throw new SandboxUnavailable("interrupted while waiting for the tether's hello", e);
        } catch (SystemCallFailed e) {
            throw new IllegalStateException("a hello is refused by nobody", e);
        }
        Thread.ofVirtual().name(link.writer.getName()).start(link.pulse);
        return link;
    }

    Streams streams() {
        return streams;
    }

    Outbox outbox() {
        return outbox;
    }

    Pulse pulse() {
        return pulse;
    }

    long framesHeard() {
        return framesHeard.get();
    }

    boolean isOpen() {
        return !breaking.get();
    }

    /** Why it ended; waits the moment that it takes to tell. Only for after that. */
    Failure failure() {
        return failure.join();
    }

    /** The other end's environment. */
    Map<String, String> environment() {
        return environment;
    }

    /** Waits for its threads, once it has ended; false if they go on for longer. */
    boolean endsWithin(Duration limit) throws InterruptedException {
        return reader.join(limit) && writer.join(limit);
    }

    /** Called by the reader, for each frame. */
    void heard() {
        framesHeard.incrementAndGet();
    }

    /** Called by the reader, with the other end's HELLO. */
    void greeted(Fields hello) throws Violation {
        for (byte b : MAGIC) {
            if (hello.u8() != b) {
                throw new Violation("its hello does not begin with MLRT: no tether is there");
            }
        }
        if (hello.u16() < VERSION) {
            throw new Violation("it speaks version 0");
        }
        var said = new LinkedHashMap<String, String>();
        for (long left = hello.u32(); left > 0; left--) {
            String variable = new String(hello.string(), StandardCharsets.UTF_8);
            int equals = variable.indexOf('=');
            if (equals > 0) {
                said.putIfAbsent(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        hello.end();
        environment = Collections.unmodifiableMap(said);
        greeting.give(VERSION);
    }

    /** The other end broke the protocol. */
    void violated(Violation violation) {
        end("the other end of the tether broke the protocol: " + violation.getMessage(), violation, false);
    }

    /** The wire is of no use any more. */
    void lost(String why, @Nullable Throwable cause) {
        end("the tether broke: " + why, cause, true);
    }

    /** This side wants no more. */
    void close() {
        end("the tether was closed", null, false);
    }

    private void end(String what, @Nullable Throwable cause, boolean unexplained) {
        if (!breaking.compareAndSet(false, true)) {
            return;
        }
        String message = unexplained ? what + "; " + diagnosis() : what;
        wire.close();
        var why = new Failure.Broken(message, cause);
        failure.complete(why);
        streams.fail(why);
        outbox.fail(why);
        greeting.fail(why);
        pulse.fail(why);
    }

    private String diagnosis() {
        try {
            return wire.diagnosis();
        } catch (RuntimeException e) {
            return "why cannot be told: " + e;
        }
    }

    /** Whole seconds, not less, as the wire carries them. */
    static long seconds(Duration duration) {
        return Math.clamp(Math.ceilDiv(TimeUnit.MILLISECONDS.convert(duration), 1000), 1, LONGEST_SECONDS);
    }
}
