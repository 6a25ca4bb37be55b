package dev.millrace.bench.gateway;

import dev.millrace.bench.report.Table;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.IntConsumer;

/** Calls out of this process, to the model and to a gateway on loopback: the gateway alone, without a sandbox's wire. */
final class FromHere {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int WARM_UP = 300;

    private final Pairs whole = new Pairs();
    private final Pairs firstBytes = new Pairs();
    private final Pairs stream = new Pairs();

    List<Table> measure(int rounds, IntConsumer progress) throws IOException, InterruptedException {
        try (var model = new Model();
                var http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            var port = new Loopback();
            model.gateway().serve(port);
            URI gateway = URI.create("http://127.0.0.1:%d/v1/chat/completions".formatted(port.port()));
            for (int round = 1 - WARM_UP; round <= rounds; round++) {
                if (round >= 0) {
                    progress.accept(round);
                }
                Took direct = ask(http, model.address(), false);
                Took byGateway = ask(http, gateway, false);
                Took directStream = ask(http, model.address(), true);
                Took streamByGateway = ask(http, gateway, true);
                if (round > 0) {
                    whole.add(direct.last(), byGateway.last());
                    firstBytes.add(directStream.first(), streamByGateway.first());
                    stream.add(directStream.last(), streamByGateway.last());
                }
            }
        }
        return List.of(
                whole.table("a whole answer", "direct"),
                firstBytes.table("a stream, to its first bytes", "direct"),
                stream.table("a stream, to its end", "direct"));
    }

    /** Nanoseconds until the first bytes and until the end. */
    private record Took(long first, long last) {}

    private static Took ask(HttpClient http, URI address, boolean stream) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(address)
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Model.body(stream)))
                .build();
        long start = System.nanoTime();
        HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            if (answer.statusCode() != 200 || body.read() < 0) {
                throw new IOException("%s answered %d".formatted(address, answer.statusCode()));
            }
            long first = System.nanoTime() - start;
            body.readAllBytes();
            return new Took(first, System.nanoTime() - start);
        }
    }
}
