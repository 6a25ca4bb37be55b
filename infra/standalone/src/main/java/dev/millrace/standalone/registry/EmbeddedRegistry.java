package dev.millrace.standalone.registry;

import dev.millrace.standalone.process.ChildProcess;
import dev.millrace.standalone.process.ClassArchive;
import dev.millrace.standalone.process.Ward;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The registry of {@code up}; replaced by any other Confluent-compatible one through its address. */
public final class EmbeddedRegistry implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final String url;
    private final ChildProcess process;

    private EmbeddedRegistry(String url, ChildProcess process) {
        this.url = url;
        this.process = process;
    }

    /**
     * Starts the registry. Returns at once, before it takes requests.
     *
     * @param directory for the registry's data alone
     * @param port where it listens on loopback
     * @throws IllegalStateException if the build lacks the registry
     */
    public static EmbeddedRegistry start(Path directory, int port) {
        Path home = home();
        Path database = directory.toAbsolutePath().normalize().resolve("registry");
        var process = new ChildProcess(
                "registry",
                Stream.concat(
                                ClassArchive.options("registry").stream(),
                                Stream.of(
                                        "-Xmx256m",
                                        "-XX:+UseSerialGC",
                                        "-XX:TieredStopAtLevel=1",
                                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                                        "--enable-native-access=ALL-UNNAMED",
                                        "--sun-misc-unsafe-memory-access=allow",
                                        "-Dquarkus.http.host=127.0.0.1",
                                        "-Dquarkus.http.port=" + port,
                                        "-Dquarkus.log.level=WARN",
                                        "-Dapicurio.storage.kind=sql",
                                        "-Dapicurio.storage.sql.kind=h2",
                                        "-Dapicurio.datasource.url=jdbc:h2:file:" + database,
                                        "-cp",
                                        codeOf(Ward.class) + ":" + home.resolve("quarkus-run.jar")))
                        .toList(),
                List.of("io.quarkus.bootstrap.runner.QuarkusEntryPoint"),
                directory.resolve("registry.log"));
        return new EmbeddedRegistry("http://127.0.0.1:%d/apis/ccompat/v7".formatted(port), process);
    }

    /** For {@code schema.registry.url}. */
    public String url() {
        return url;
    }

    /**
     * Waits until the registry answers.
     *
     * @throws IllegalStateException if it does not in time; says what its log ends with
     */
    public void awaitReady(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        var request = HttpRequest.newBuilder(URI.create(url + "/subjects"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            while (!answers(http, request)) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "the embedded schema registry did not come up in %s; its log ends with:%n%s"
                                    .formatted(limit, process.tail()));
                }
                Thread.sleep(PAUSE);
            }
        }
    }

    @Override
    public void close() {
        process.close();
    }

    private static boolean answers(HttpClient http, HttpRequest request) throws InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** The build puts the registry beside the jars. */
    private static Path home() {
        String named = System.getProperty("millrace.registry.home");
        Path home = named != null
                ? Path.of(named)
                : codeOf(EmbeddedRegistry.class).resolveSibling("../registry").normalize();
        if (!Files.exists(home.resolve("quarkus-run.jar"))) {
            throw new IllegalStateException("there is no registry at %s; './millrace' builds it".formatted(home));
        }
        return home;
    }

    private static Path codeOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
