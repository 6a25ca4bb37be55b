package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command line as people get it: the built distribution, in a process of its own. */
final class Cli {
    private static final Path DISTRIBUTION = Path.of(System.getProperty("basedir", "."))
            .resolve("../bench/target/dist")
            .normalize()
            .toAbsolutePath();
    private static final List<String> OURS = List.of("LLM_", "GITEA_", "KAFKA_", "SCHEMA_REGISTRY_", "MILLRACE_");

    private final Path directory;
    private final Map<String, String> environment;

    /**
     * @param directory where it is started, and its output kept
     * @param environment all that it sees of variables that mean something to Millrace
     */
    Cli(Path directory, Map<String, String> environment) {
        this.directory = directory;
        this.environment = environment;
    }

    /** How a command ended, and what it said. */
    record Ended(int code, String out, String err) {}

    /** Runs a command to its end. */
    Ended run(Duration limit, String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "out", ".txt");
        Path err = Files.createTempFile(directory, "err", ".txt");
        Process process = start(out, err, arguments);
        try {
            assertThat(process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS))
                    .as("%s ended in %s; it said %s", List.of(arguments), limit, Files.readString(out))
                    .isTrue();
            return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            process.destroyForcibly();
        }
    }

    /** Starts a command; whoever calls ends it. */
    Process start(Path out, Path err, String... arguments) throws IOException {
        assertThat(DISTRIBUTION.resolve("lib"))
                .as("the distribution, built by './millrace'")
                .isDirectory();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                DISTRIBUTION.resolve("lib") + "/*",
                "dev.millrace.standalone.Main"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()))
                .redirectError(ProcessBuilder.Redirect.appendTo(err.toFile()));
        builder.environment().keySet().removeIf(name -> OURS.stream().anyMatch(name::startsWith));
        builder.environment().putAll(environment);
        return builder.start();
    }
}
