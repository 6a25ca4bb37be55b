package dev.millrace.worker.sandbox.tether;

/** What a stream is for, and which of its channels carry bytes. */
enum Service {
    /** A connection that the other end accepted; nobody asks for one by this number. */
    CONNECTION(0, true, 0b001),
    RUN(1, true, 0b110),
    WRITE(2, true, 0),
    READ(3, false, 0b001),
    STAT(4, false, 0),
    LIST(5, false, 0b001),
    UNPACK(6, true, 0),
    LISTEN(7, false, 0);

    private final int number;
    private final boolean sends;
    /** A bit for each channel. */
    private final int channelsIn;

    Service(int number, boolean sends, int channelsIn) {
        this.number = number;
        this.sends = sends;
        this.channelsIn = channelsIn;
    }

    int number() {
        return number;
    }

    /** Whether this side may send on channel 0. */
    boolean sends() {
        return sends;
    }

    /** Whether bytes come in on the channel, 0 to 2. */
    boolean receives(int channel) {
        return (channelsIn >> channel & 1) == 1;
    }
}
