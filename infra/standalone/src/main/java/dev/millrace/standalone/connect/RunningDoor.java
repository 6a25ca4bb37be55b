package dev.millrace.standalone.connect;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks a Millrace that runs on this machine how many deliveries it answered, and how. Others that come at the same time
 * are taken for the one that is waited for.
 */
final class RunningDoor implements Arrivals {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final URI management;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private double well;
    private double badly;

    private RunningDoor(URI management) {
        this.management = management;
    }

    /**
     * Asks for the first time.
     *
     * @param management where its actuator listens
     * @throws IOException where nothing answers there as Millrace does
     */
    static RunningDoor at(URI management) throws IOException, InterruptedException {
        var door = new RunningDoor(management);
        if (door.get("/actuator/health").isEmpty()) {
            door.close();
            throw new IOException("no Millrace answers at " + management);
        }
        door.forget();
        return door;
    }

    @Override
    public void forget() {
        well = answered(204);
        badly = answered(401);
    }

    @Override
    public Optional<Arrival> await(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < end) {
            if (answered(204) > well) {
                return Optional.of(Arrival.WELL_SIGNED);
            }
            if (answered(401) > badly) {
                return Optional.of(Arrival.BADLY_SIGNED);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        }
        return Optional.empty();
    }

    /** What was never answered yet has no count. */
    private double answered(int status) {
        try {
            return get("/actuator/metrics/http.server.requests?tag=uri:/webhooks/gitea&tag=status:" + status)
                    .map(RunningDoor::count)
                    .orElse(0.0);
        } catch (IOException unreachable) {
            return 0;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static double count(String metric) {
        for (var one : JSON.readTree(metric).path("measurements")) {
            if (one.path("statistic").asString("").equals("COUNT")) {
                return one.path("value").asDouble(0);
            }
        }
        return 0;
    }

    private Optional<String> get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(management.resolve(path))
                .timeout(TIMEOUT)
                .build();
        var answer = http.send(request, BodyHandlers.ofString());
        return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
