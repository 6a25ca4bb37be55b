package dev.millrace.standalone.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Java process of ours that is started again when it dies, until it is closed. Runs under {@link Ward}, so that it
 * never outlives us.
 */
public final class ChildProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);
    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration HEALTHY = Duration.ofMinutes(1);
    private static final int TAIL = 2_000;

    private final String name;
    private final List<String> command;
    private final Path log;
    private final Thread supervisor;
    private volatile @Nullable Process process;
    private volatile boolean closing;

    /**
     * Starts the process and its supervisor.
     *
     * @param name for people
     * @param jvmOptions of the child, its class path among them
     * @param main main class and arguments
     * @param log where its output goes; one file, begun anew with every start of ours
     */
    public ChildProcess(String name, List<String> jvmOptions, List<String> main, Path log) {
        this.name = name;
        this.log = log;
        this.command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.add(Ward.class.getName());
        command.addAll(main);
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            Files.deleteIfExists(log);
            process = start();
        } catch (IOException failed) {
            throw new UncheckedIOException("%s could not be started".formatted(name), failed);
        }
        supervisor = Thread.ofVirtual().name(name + "-supervisor").start(this::supervise);
    }

    public boolean isAlive() {
        Process current = process;
        return current != null && current.isAlive();
    }

    /** Resident memory and the like are found under this id; it changes when the process is started again. */
    public long pid() {
        Process current = process;
        return current == null ? -1 : current.pid();
    }

    /** The last words of the process, for a message. */
    public String tail() {
        try {
            String all = Files.readString(log, StandardCharsets.UTF_8);
            return all.substring(Math.max(0, all.length() - TAIL));
        } catch (IOException unreadable) {
            return "(no log at " + log + ")";
        }
    }

    /** Asks the process to end and waits for it; kills it where it does not within 15 s. */
    @Override
    public void close() {
        Process current;
        synchronized (this) { // not while it is being started again, or the new one would be missed
            closing = true;
            current = process;
        }
        supervisor.interrupt();
        if (current == null) {
            return;
        }
        current.destroy();
        boolean interrupted = Thread.interrupted();
        try {
            if (!current.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{} did not end in {} and is killed", name, GRACE);
                current.destroyForcibly().waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException again) {
            current.destroyForcibly();
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Process start() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private void supervise() {
        Duration pause = FIRST_PAUSE;
        while (!closing) {
            try {
                Process current = process;
                if (current == null) {
                    return;
                }
                long started = System.nanoTime();
                int code = current.waitFor();
                if (closing) {
                    return;
                }
                LOG.error("{} ended with {} and is started again in {}; its log: {}", name, code, pause, log);
                Thread.sleep(pause);
                boolean wasHealthy = System.nanoTime() - started > HEALTHY.toNanos();
                pause = wasHealthy ? FIRST_PAUSE : longer(pause);
                startAgain();
            } catch (IOException failed) {
                LOG.error("{} could not be started again", name, failed);
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private synchronized void startAgain() throws IOException {
        if (!closing) {
            process = start();
        }
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }
}
