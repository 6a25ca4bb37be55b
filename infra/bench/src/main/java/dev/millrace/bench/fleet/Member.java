package dev.millrace.bench.fleet;

import dev.millrace.standalone.process.ChildProcess;
import dev.millrace.standalone.process.OutsideCommand;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** One process of a fleet, and what can befall it. For one thread. */
public final class Member implements AutoCloseable {
    private static final Duration SIGNAL = Duration.ofSeconds(10);

    private final String name;
    private final ChildProcess process;
    private boolean frozen;

    Member(String name, ChildProcess process) {
        this.name = name;
        this.process = process;
    }

    public String name() {
        return name;
    }

    /** Changes where the process died by itself and was started again. */
    public long pid() {
        return process.pid();
    }

    /** Processor time that it has used so far. */
    public Duration processorTime() {
        return ProcessHandle.of(pid())
                .flatMap(handle -> handle.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }

    /** SIGKILL: it can do nothing about it, and does not come back. */
    public void kill() {
        ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroyForcibly);
        frozen = false;
        process.close();
    }

    /** SIGSTOP: it does nothing, and knows nothing of that. */
    public void freeze() throws IOException, InterruptedException {
        signal("STOP");
        frozen = true;
    }

    /** SIGCONT: it goes on where it was. */
    public void thaw() throws IOException, InterruptedException {
        signal("CONT");
        frozen = false;
    }

    /** SIGTERM: it ends by itself; a frozen one is killed, since it cannot. */
    @Override
    public void close() {
        if (frozen) {
            kill();
        } else {
            process.close();
        }
    }

    private void signal(String signal) throws IOException, InterruptedException {
        OutsideCommand.run(List.of("sh", "-c", "kill -s %s %d".formatted(signal, pid())), SIGNAL);
    }
}
