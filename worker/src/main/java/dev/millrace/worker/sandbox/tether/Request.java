package dev.millrace.worker.sandbox.tether;

import dev.millrace.worker.sandbox.SystemCallFailed;

/** What a service is asked to do. */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way, that nobody compares
record Request(Service service, byte[] bytes) {
    /** The other end takes no longer one. */
    private static final int LONGEST = 2 * 1024 * 1024;

    private static final int OPEN_HEAD = 5;
    private static final int E2BIG = 7;

    /** Opens a stream with it, and gives that its number. */
    void send(TetherStream<?> stream) throws InterruptedException, SystemCallFailed {
        if (bytes.length > LONGEST) {
            throw new SystemCallFailed(
                    E2BIG, service + " asks for it in " + bytes.length + " bytes; a sandbox takes " + LONGEST);
        }
        var streams = stream.link().streams();
        streams.awaitRoom();
        try {
            stream.say(to -> {
                streams.opened(stream);
                first(to, stream.number());
            });
        } finally {
            if (stream.number() == 0) {
                streams.giveBackRoom();
            }
        }
        for (int from = firstLength(); from < bytes.length; from += FrameType.LONGEST) {
            int start = from;
            int n = Math.min(FrameType.LONGEST, bytes.length - from);
            stream.say(to -> to.frame(stream.number(), FrameType.MORE, n).raw(bytes, start, n));
        }
    }

    private void first(Bytes to, int stream) {
        to.frame(stream, FrameType.OPEN, OPEN_HEAD + firstLength())
                .u8(service.number())
                .u32(bytes.length)
                .raw(bytes, 0, firstLength());
    }

    private int firstLength() {
        return Math.min(bytes.length, FrameType.LONGEST - OPEN_HEAD);
    }
}
