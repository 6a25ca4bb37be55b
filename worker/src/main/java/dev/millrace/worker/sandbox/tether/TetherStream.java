package dev.millrace.worker.sandbox.tether;

import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.SystemCallFailed;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One stream, from OPEN or ACCEPTED until it is over: by RESULT, ERROR or RESET, by the end of both ways of a
 * connection, or with the tether.
 *
 * @param <R> what its RESULT says
 */
class TetherStream<R> {
    private static final int LONGEST_MESSAGE = 500;

    /** Reads the payload of a RESULT. */
    interface Decoder<R> {
        R decode(Fields result) throws Violation;
    }

    private final Link link;
    private final Service service;
    private final Decoder<R> decoder;
    private final @Nullable ChannelInput[] in = new @Nullable ChannelInput[3];
    private final @Nullable ChannelOutput out;
    private final Reply<R> result = new Reply<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Failure failure;
    private volatile int number;

    TetherStream(Link link, Service service, Decoder<R> decoder) {
        this.link = link;
        this.service = service;
        this.decoder = decoder;
        for (int channel = 0; channel < in.length; channel++) {
            if (service.receives(channel)) {
                in[channel] = new ChannelInput(this, channel);
            }
        }
        out = service.sends() ? new ChannelOutput(this) : null;
    }

    /**
     * Sends the request, once there is room for one more stream. When it returns the other end need not have it yet. An
     * interrupt makes the stream over.
     */
    final void open(Bytes request) throws SystemCallFailed {
        try {
            new Request(service, request.toArray()).send(this);
        } catch (InterruptedException interrupt) {
            throw interrupted(interrupt);
        }
    }

    final void numbered(int given) {
        number = given;
    }

    final int number() {
        return number;
    }

    final Link link() {
        return link;
    }

    final boolean isOver() {
        return over.get();
    }

    final ChannelInput in(int channel) {
        var input = in[channel];
        if (input == null) {
            throw new IllegalStateException(service + " has no channel " + channel + " in");
        }
        return input;
    }

    public final ChannelOutput out() {
        if (out == null) {
            throw new IllegalStateException(service + " has no way out");
        }
        return out;
    }

    /** Sends frames of this stream, in turn. An interrupt makes the stream over. */
    final void say(Outbox.Frames frames) throws SystemCallFailed {
        try {
            link.outbox().say(to -> {
                if (isOver()) {
                    throw failureNow().thrown();
                }
                frames.into(to);
            });
        } catch (InterruptedException interrupt) {
            throw interrupted(interrupt);
        }
    }

    final void sayCredit(int channel, int more) {
        if (!isOver()) {
            link.outbox().oweCredit(this, channel, more);
        }
    }

    /** Waits for RESULT. An interrupt makes the stream over. */
    final R await() throws SystemCallFailed {
        try {
            return result.await();
        } catch (InterruptedException interrupt) {
            throw interrupted(interrupt);
        }
    }

    final Reply<R> result() {
        return result;
    }

    /** Ends the stream from this side, if it is not over. Never waits, never throws. */
    final void reset() {
        if (fail(Failure.canceled())) {
            link.outbox().oweReset(this);
        }
    }

    /** Ends the stream after an interrupt; what to throw. */
    final SandboxUnavailable interrupted(InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        reset();
        return new SandboxUnavailable("interrupted while waiting for " + this, interrupt);
    }

    /** Says why at every end that waits; false if the stream was over already. */
    boolean fail(Failure why) {
        if (!over.compareAndSet(false, true)) {
            return false;
        }
        failure = why;
        for (var input : in) {
            if (input != null) {
                input.fail(why);
            }
        }
        if (out != null) {
            out.fail(why);
        }
        result.fail(why);
        return true;
    }

    /** What the reader of the wire heard on this stream. */
    final void heard(FrameType type, Fields payload) throws Violation {
        if (isOver()) {
            return;
        }
        switch (type) {
            case DATA -> {
                var input = input(type, payload.u8());
                if (payload.left() == 0) {
                    throw new Violation("DATA without bytes on " + this);
                }
                input.put(payload.array(), payload.offset(), payload.left());
            }
            case END -> {
                int channel = payload.u8();
                payload.end();
                input(type, channel).end();
                endOfOneWay();
            }
            case CREDIT -> {
                int channel = payload.u8();
                long more = payload.u32();
                payload.end();
                if (out == null || channel != 0) {
                    throw new Violation("CREDIT for channel " + channel + " of " + this + ", which has no way out");
                }
                out.credit(more);
            }
            case OPENED -> opened(payload);
            case RESULT -> succeeded(payload);
            case ERROR -> refused(payload);
            case RESET -> {
                payload.end();
                link.streams().over(this);
                fail(Failure.reset());
            }
            case HELLO, PING, PONG, LIFETIME, OPEN, MORE, ACCEPTED, SIGNAL -> throw new Violation(type + " on " + this);
        }
    }

    void opened(Fields payload) throws Violation {
        throw new Violation("OPENED on " + this);
    }

    /** A connection is over when both ways are. */
    final void endOfOneWay() {
        if (service == Service.CONNECTION && in(0).ended() && out().ended() && over.compareAndSet(false, true)) {
            failure = new Failure.Refused(Failure.EPIPE, "both ways of " + this + " have ended");
            link.streams().over(this);
        }
    }

    private void succeeded(Fields payload) throws Violation {
        R value = decoder.decode(payload);
        payload.end();
        for (var input : in) {
            if (input != null && !input.ended()) {
                throw new Violation("RESULT before the END of a channel of " + this);
            }
        }
        if (over.compareAndSet(false, true)) {
            link.streams().over(this);
            var ended = new Failure.Refused(Failure.EPIPE, this + " has ended");
            failure = ended;
            if (out != null) {
                out.fail(ended);
            }
            result.give(value);
        }
    }

    private void refused(Fields payload) throws Violation {
        int errno = (int) payload.u32();
        String what = Text.of(payload.string(), LONGEST_MESSAGE);
        payload.end();
        link.streams().over(this);
        fail(new Failure.Refused(errno, what + " (errno " + errno + ")"));
    }

    private ChannelInput input(FrameType type, int channel) throws Violation {
        var input = channel < in.length ? in[channel] : null;
        if (input == null) {
            throw new Violation(type + " on channel " + channel + " of " + this + ", which has none");
        }
        return input;
    }

    private Failure failureNow() {
        var why = failure;
        return why != null ? why : Failure.canceled();
    }

    @Override
    public final String toString() {
        return service + " (stream " + Integer.toUnsignedString(number) + ")";
    }
}
