package dev.millrace.worker.sandbox;

import java.io.InputStream;
import java.io.OutputStream;

/** One connection that a program in the sandbox made. Each direction is for one thread at a time. */
public interface Connection extends AutoCloseable {

    /** What the program says, until it closes its side. */
    InputStream in();

    /** What it hears; closing it closes this direction only. */
    OutputStream out();

    /** Ends both directions at once. Never throws. */
    @Override
    void close();
}
