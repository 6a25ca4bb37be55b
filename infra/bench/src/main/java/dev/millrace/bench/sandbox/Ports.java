package dev.millrace.bench.sandbox;

import dev.millrace.bench.report.Figure;
import dev.millrace.bench.report.Series;
import dev.millrace.bench.report.Table;
import dev.millrace.worker.sandbox.Connection;
import dev.millrace.worker.sandbox.Listener;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Many connections of a program inside to a port that comes out here. */
final class Ports {
    private static final int CONNECTIONS = 1000;
    private static final int AT_ONCE = 64;
    /** Each says a line, and must hear it again, and then the end. */
    private static final String CLIENT = """
            import concurrent.futures, socket, sys
            port, count, at_once = map(int, sys.argv[1:])
            def talk(number):
                said = b"line %d\\n" % number
                with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
                    connection.sendall(said)
                    connection.shutdown(socket.SHUT_WR)
                    heard = b""
                    while more := connection.recv(4096):
                        heard += more
                return heard == said
            with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
                print(sum(pool.map(talk, range(count))))
            """;

    private final Series time = new Series();
    private final Series lost = new Series();

    Table measure(Bench bench) throws IOException, InterruptedException {
        try (var sandboxes = bench.sandboxes(0);
                var sandbox = sandboxes.open("", Map.of());
                var listener = sandbox.listen(0)) {
            Thread.ofVirtual().start(() -> echo(listener));
            var client = Bench.command(
                    "python3",
                    "-c",
                    CLIENT,
                    Integer.toString(listener.port()),
                    Integer.toString(CONNECTIONS),
                    Integer.toString(AT_ONCE));
            bench.measure(counts -> Clock.time(time, counts, () -> {
                var ended = sandbox.run(client);
                Bench.succeeded(ended);
                if (counts) {
                    lost.add(CONNECTIONS - Integer.parseInt(ended.stdout().strip()));
                }
            }));
        }
        return new Table(
                "%,d connections through a port, %d at once".formatted(CONNECTIONS, AT_ONCE),
                "",
                List.of(Figure.alone("all of them", "ms", time), Figure.alone("lost", "", lost)));
    }

    private static void echo(Listener listener) {
        try {
            while (true) {
                Connection connection = listener.accept();
                Thread.ofVirtual().start(() -> echo(connection));
            }
        } catch (SandboxUnavailable over) {
            // the measurement is over, and with it the port
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void echo(Connection connection) {
        try (connection) {
            connection.in().transferTo(connection.out());
            connection.out().close();
        } catch (IOException broken) {
            // The client counts what it did not hear.
        }
    }
}
