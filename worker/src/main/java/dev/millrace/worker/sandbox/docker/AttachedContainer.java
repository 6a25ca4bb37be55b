package dev.millrace.worker.sandbox.docker;

import dev.millrace.worker.sandbox.tether.Wire;
import java.io.InputStream;
import java.io.OutputStream;

/** The standard streams of a container's main process, which is the tether. */
final class AttachedContainer implements Wire {
    private static final int DIAGNOSTICS = 4 * 1024;

    private final Engine engine;
    private final String container;
    private final EngineSocket socket;
    private final HeadAndTail stderr = new HeadAndTail(DIAGNOSTICS);
    private final InputStream in;

    AttachedContainer(Engine engine, String container, EngineSocket socket) {
        this.engine = engine;
        this.container = container;
        this.socket = socket;
        in = new Incoming(socket.in(), stderr);
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return socket.out();
    }

    @Override
    public String diagnosis() {
        String why = ContainerEnd.of(engine, container);
        String said = stderr.toString().strip();
        return said.isEmpty() ? why : why + "; it said: " + said;
    }

    @Override
    public void close() {
        socket.close();
    }
}
