package dev.millrace.worker.sandbox.tether;

import java.io.InputStream;
import java.io.OutputStream;

/** The two byte streams to a tether, such as the standard streams of a container's main process. */
public interface Wire extends AutoCloseable {
    /** What the tether says. */
    InputStream in();

    /** What it hears. A write may block until the other end has taken it. */
    OutputStream out();

    /** Why it broke, as far as this side can tell, for the message of a fault; asked once after it did. May take a moment. */
    String diagnosis();

    /** Breaks the wire: the tether ends, and a read or write that waits on this side fails soon. Never throws. */
    @Override
    void close();
}
