package dev.millrace.worker.sandbox.tether;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The wire to the real program, run as a child without any container around it. */
final class LocalWire implements Wire {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Process process;

    LocalWire() {
        try {
            process = new ProcessBuilder(program().toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A tether over it that nothing ends by itself. */
    Tether tether() {
        return Tether.over(this, LONG, LONG, Duration.ofSeconds(30));
    }

    private static Path program() {
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        var resource = Tether.class.getResource("linux-" + architecture + "/tether");
        return Path.of(URI.create(
                Objects.requireNonNull(resource, "the build makes the program").toString()));
    }

    Process process() {
        return process;
    }

    @Override
    public InputStream in() {
        return process.getInputStream();
    }

    @Override
    public OutputStream out() {
        return process.getOutputStream();
    }

    @Override
    public String diagnosis() {
        try {
            return process.waitFor(1, TimeUnit.SECONDS) ? "exit code " + process.exitValue() : "it still runs";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "it may still run";
        }
    }

    /** As SIGTERM to the main process of a container does. */
    @Override
    public void close() {
        process.destroy();
    }
}
