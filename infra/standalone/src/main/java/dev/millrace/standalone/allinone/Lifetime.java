package dev.millrace.standalone.allinone;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns what a command started, and ends it once, the newest first: at the command's end, or when the process is told to
 * end before.
 */
public final class Lifetime implements AutoCloseable {
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Thread atShutdown = Thread.ofPlatform().name("shutdown").unstarted(this::endAll);
    private boolean over;

    public Lifetime() {
        Runtime.getRuntime().addShutdownHook(atShutdown);
    }

    /** From now on the part ends with this; at once where that is over already. */
    public <T extends AutoCloseable> T keep(T part) {
        synchronized (parts) {
            if (!over) {
                parts.push(part);
                return part;
            }
        }
        end(part);
        throw new IllegalStateException("the process is ending");
    }

    @Override
    public void close() {
        endAll();
        try {
            Runtime.getRuntime().removeShutdownHook(atShutdown);
        } catch (IllegalStateException shuttingDown) {
            LoggerFactory.getLogger(Lifetime.class).debug("ended by the process's end", shuttingDown);
        }
    }

    private void endAll() {
        synchronized (parts) {
            over = true;
            while (!parts.isEmpty()) {
                end(parts.pop());
            }
        }
    }

    private static void end(AutoCloseable part) {
        Logger log = LoggerFactory.getLogger(Lifetime.class);
        try {
            part.close();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (Exception failed) {
            log.warn("{} did not end well", part, failed);
        }
    }
}
