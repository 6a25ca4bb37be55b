package dev.millrace.scripted;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.scripted.Dialect.Event;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.ExceptionListener;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.impl.bootstrap.HttpServer;
import org.apache.hc.core5.http.impl.bootstrap.ServerBootstrap;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityTemplate;
import org.apache.hc.core5.io.CloseMode;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A model server on loopback, that follows a scenario and keeps what it was asked. Thread-safe. */
public final class ScriptedModel implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final long BETWEEN_EVENTS_WITHOUT_END = 20;

    private final Scenario.Progress progress;
    private final HttpServer server;
    private final List<Ask> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** On any free port. */
    public ScriptedModel(Scenario scenario) {
        this(scenario, 0);
    }

    public ScriptedModel(Scenario scenario, int port) {
        progress = scenario.new Progress();
        server = ServerBootstrap.bootstrap()
                .setLocalAddress(InetAddress.getLoopbackAddress())
                .setListenerPort(port)
                .setConnectionFactory(ScriptedModel::connection)
                .setExceptionListener(ExceptionListener.NO_OP)
                .setRequestRouter((_, _) -> (request, response, _) -> answer(request, response))
                .create();
        try {
            server.start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static CuttingConnection connection(Socket socket) throws IOException {
        var connection = new CuttingConnection();
        connection.bind(socket);
        return connection;
    }

    /** For clients of OpenAI's protocols. */
    public String baseUrl() {
        return rootUrl() + "/v1";
    }

    /** For clients of Anthropic's protocol. */
    public String rootUrl() {
        return "http://%s:%d".formatted(InetAddress.getLoopbackAddress().getHostAddress(), server.getLocalPort());
    }

    /** All requests so far, in the order in which they came. */
    public List<Ask> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        closed.countDown();
        server.close(CloseMode.IMMEDIATE);
    }

    private void answer(ClassicHttpRequest request, ClassicHttpResponse response) throws IOException {
        String path = request.getPath();
        String plain = path.replaceFirst("\\?.*", "").replaceFirst("^(/v1)?", "");
        if (plain.equals("/models")) {
            say(response, 200, "{\"object\": \"list\", \"data\": [{\"id\": \"scripted\", \"object\": \"model\"}]}");
            return;
        }
        Optional<Dialect> dialect = Stream.of(Dialect.values())
                .filter(one -> one.path().equals(plain))
                .findFirst();
        if (dialect.isEmpty() || !request.getMethod().equals("POST")) {
            say(response, 404, "{\"error\": {\"message\": \"nothing here\", \"type\": \"invalid_request_error\"}}");
            return;
        }
        String raw = new String(request.getEntity().getContent().readAllBytes(), UTF_8);
        JsonNode body;
        try {
            body = JSON.readTree(raw);
        } catch (JacksonException _) {
            say(
                    response,
                    400,
                    dialect.get().words().error(400, "the body is no JSON").toString());
            return;
        }
        var ask = new Ask(dialect.get(), path, headers(request), raw, body);
        asked.add(ask);
        answer(ask, progress.next(ask), response);
    }

    private static Map<String, String> headers(ClassicHttpRequest request) {
        var headers = new HashMap<String, String>();
        for (Header header : request.getHeaders()) {
            headers.merge(header.getName().toLowerCase(Locale.ROOT), header.getValue(), "%s, %s"::formatted);
        }
        return headers;
    }

    private void answer(Ask ask, Turn turn, ClassicHttpResponse response) throws IOException {
        Dialect.Words words = ask.dialect().words();
        Reply reply = ToolFitting.fit(turn, ask);
        switch (turn.fail()) {
            case null -> {
                if (ask.isStreaming()) {
                    stream(response, out -> send(out, words.events(reply, ask)));
                } else {
                    say(response, 200, words.whole(reply, ask).toString());
                }
            }
            case Failure.Status(int status, Map<String, String> headers, String message) -> {
                headers.forEach(response::setHeader);
                say(response, status, words.error(status, message).toString());
            }
            case Failure.Raw(int status, Map<String, String> headers, String text) -> {
                headers.forEach(response::setHeader);
                say(response, status, text);
            }
            case Failure.ErrorInside(String message) -> {
                if (ask.isStreaming()) {
                    stream(response, out -> send(out, List.of(words.errorEvent(message))));
                } else {
                    say(response, 200, words.error(500, message).toString());
                }
            }
            case Failure.Midway midway -> midway(midway, ask, reply, response);
        }
    }

    private void midway(Failure.Midway midway, Ask ask, Reply reply, ClassicHttpResponse response) throws IOException {
        Dialect.Words words = ask.dialect().words();
        List<Event> events = words.events(reply, ask);
        List<Event> half = events.subList(0, events.size() / 2);
        switch (midway) {
            case STALL -> {
                awaitClose();
                throw new IOException("closed");
            }
            case CUT -> throw new IOException("cut, as the scenario says");
            case STALL_MIDWAY -> begin(ask, response, half, _ -> awaitClose());
            case ENDLESS -> begin(ask, response, half, out -> endless(out, half.getLast()));
            case LINGER -> begin(ask, response, events, _ -> awaitClose());
            case ERROR_MIDWAY ->
                begin(ask, response, half, out -> send(out, List.of(words.errorEvent("out of order"))));
            case CUT_MIDWAY ->
                begin(ask, response, half, _ -> {
                    throw new IOException("cut, as the scenario says");
                });
        }
    }

    private interface Writing {
        void to(OutputStream out) throws IOException;
    }

    /** Begins an answer, and then does something else. */
    private void begin(Ask ask, ClassicHttpResponse response, List<Event> events, Writing then) {
        if (ask.isStreaming()) {
            stream(response, out -> {
                send(out, events);
                then.to(out);
            });
        } else {
            response.setCode(200);
            response.setEntity(new EntityTemplate(1000, ContentType.APPLICATION_JSON, null, out -> {
                out.write("{\"id\": ".getBytes(UTF_8));
                out.flush();
                then.to(out);
                throw new IOException("never a whole answer");
            }));
        }
    }

    private static void stream(ClassicHttpResponse response, Writing writing) {
        response.setCode(200);
        response.setEntity(new EntityTemplate(-1, ContentType.TEXT_EVENT_STREAM, null, writing::to));
    }

    private static void send(OutputStream out, List<Event> events) throws IOException {
        for (Event event : events) {
            out.write(event.line().getBytes(UTF_8));
            out.flush();
        }
    }

    private void endless(OutputStream out, Event event) throws IOException {
        try {
            while (!closed.await(BETWEEN_EVENTS_WITHOUT_END, TimeUnit.MILLISECONDS)) {
                send(out, List.of(event));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitClose() {
        try {
            closed.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void say(ClassicHttpResponse response, int status, String json) {
        response.setCode(status);
        response.setEntity(new ByteArrayEntity(json.getBytes(UTF_8), ContentType.APPLICATION_JSON));
    }
}
