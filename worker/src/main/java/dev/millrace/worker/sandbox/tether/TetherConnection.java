package dev.millrace.worker.sandbox.tether;

import dev.millrace.worker.sandbox.Connection;
import java.io.InputStream;

/** A connection that a program made to a port that is listened on: a stream of the other end's making. */
final class TetherConnection extends TetherStream<Void> implements Connection {

    TetherConnection(Link link) {
        super(link, Service.CONNECTION, _ -> {
            throw new Violation("RESULT on a connection");
        });
    }

    @Override
    public InputStream in() {
        return in(0);
    }

    @Override
    public void close() {
        reset();
    }
}
