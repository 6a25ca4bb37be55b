package dev.millrace.worker.sandbox.tether;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The sandbox's end: what {@code src/test/c} checks of it, and the inputs that fuzzing keeps in {@code src/fuzz/c}. */
class TetherProgramTest {
    private static final int SKIPPED = 77;

    private final Path scratch = Path.of("target", "c");

    @Test
    @Timeout(300)
    void doesWhatItsOwnChecksSay() throws Exception {
        check("behaviour", scratch.toString(), builtForThisMachine().toString());
    }

    @Test
    @Timeout(300)
    void standsWhatFuzzingHasFound() throws Exception {
        check("corpus", scratch.toString());
    }

    private static Path builtForThisMachine() throws IOException {
        String architecture = switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            case String other -> other;
        };
        Path programs = Path.of("target", "classes", "dev", "millrace", "worker", "sandbox", "tether");
        Path tether = programs.resolve("linux-" + architecture).resolve("tether");
        assertThat(Files.isExecutable(tether)).as("%s is there", tether).isTrue();
        return tether.toAbsolutePath();
    }

    private static void check(String... arguments) throws Exception {
        List<String> command = Stream.concat(Stream.of("sh", "src/test/c/check"), Arrays.stream(arguments))
                .toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        assumeThat(code).as(output).isNotEqualTo(SKIPPED);
        assertThat(code).as(output).isZero();
    }
}
