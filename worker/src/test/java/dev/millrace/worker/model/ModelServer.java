package dev.millrace.worker.model;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** A model's endpoint that says what it was told to, in order, and refuses what no model's endpoint would take. */
public final class ModelServer implements AutoCloseable {
    /** Keeps numbers as they are written, so that what was sent can be compared with what came back. */
    public static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** What the client sent. */
    public record Asked(Map<String, List<String>> headers, JsonNode body) {
        public JsonNode messages() {
            return body.path("messages");
        }
    }

    private sealed interface Line {
        record Answer(int status, Map<String, String> headers, String body) implements Line {}

        record Stall(boolean afterHeaders) implements Line {}

        record HangUp() implements Line {}
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<Line> script = new ArrayDeque<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    public ModelServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.setExecutor(threads);
        server.createContext("/v1/chat/completions", this::answer);
        server.start();
    }

    public String baseUrl() {
        return "http://%s:%d/v1"
                .formatted(
                        server.getAddress().getAddress().getHostAddress(),
                        server.getAddress().getPort());
    }

    /** Answers the next request with 200 and this body. */
    public ModelServer says(String body) {
        return says(200, Map.of(), body);
    }

    public synchronized ModelServer says(int status, Map<String, String> headers, String body) {
        script.add(new Line.Answer(status, headers, body));
        return this;
    }

    /** Lets the next request wait until this server is closed. */
    public synchronized ModelServer stalls(boolean afterHeaders) {
        script.add(new Line.Stall(afterHeaders));
        return this;
    }

    /** Drops the connection of the next request without a word. */
    public synchronized ModelServer hangsUp() {
        script.add(new Line.HangUp());
        return this;
    }

    /** Answers with a final message. */
    public ModelServer finishes(String summary) {
        return says(message("{\"role\": \"assistant\", \"content\": %s}".formatted(JSON.writeValueAsString(summary))));
    }

    /** Answers with one call of bash for each command. */
    public ModelServer calls(String... commands) {
        return says(message(calling(commands)));
    }

    /** Answers with a call of bash that keeps directory and variables. */
    public ModelServer callsKeeping(String command) {
        return says(message(calling(command).replace("\\\"command\\\"", "\\\"keep\\\": true, \\\"command\\\"")));
    }

    /** An assistant's message that calls bash once for each command. */
    public static String calling(String... commands) {
        var message = JSON.createObjectNode().put("role", "assistant").putNull("content");
        var calls = message.putArray("tool_calls");
        for (String command : commands) {
            var call = calls.addObject().put("id", "call_" + calls.size()).put("type", "function");
            call.putObject("function")
                    .put("name", "bash")
                    .put(
                            "arguments",
                            JSON.createObjectNode().put("command", command).toString());
        }
        return message.toString();
    }

    /** A whole answer around an assistant's message. */
    public static String message(String message) {
        return message(message, "stop");
    }

    public static String message(String message, String finishReason) {
        return """
                {"id": "c1", "object": "chat.completion",
                 "choices": [{"index": 0, "message": %s, "finish_reason": "%s"}],
                 "usage": {"prompt_tokens": 100, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 40}}}
                """.formatted(message, finishReason);
    }

    public List<Asked> asked() {
        return asked;
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private synchronized Line next() {
        Line line = script.poll();
        return line == null ? new Line.Answer(501, Map.of(), "the script is over") : line;
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
        asked.add(new Asked(Map.copyOf(exchange.getRequestHeaders()), body));
        Line line = exchange.getRequestMethod().equals("POST") && toolAnswersFit(body.path("messages"))
                ? next()
                : new Line.Answer(400, Map.of(), "{\"error\": {\"message\": \"tool calls and answers do not fit\"}}");
        switch (line) {
            case Line.Answer(int status, Map<String, String> headers, String text) -> {
                headers.forEach(exchange.getResponseHeaders()::set);
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
                exchange.close();
            }
            case Line.Stall(boolean afterHeaders) -> {
                if (afterHeaders) {
                    exchange.sendResponseHeaders(200, 1000);
                    exchange.getResponseBody().flush();
                }
                try {
                    closed.await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
                exchange.close();
            }
            case Line.HangUp() -> exchange.close();
        }
    }

    /** Every call is answered exactly once, right after it and in order, as real endpoints demand. */
    private static boolean toolAnswersFit(JsonNode messages) {
        Queue<String> open = new ArrayDeque<>();
        for (JsonNode message : messages) {
            boolean tool = message.path("role").asString("").equals("tool");
            if (tool != !open.isEmpty()
                    || (tool && !message.path("tool_call_id").asString("").equals(open.poll()))) {
                return false;
            }
            message.path("tool_calls").forEach(call -> open.add(call.path("id").asString("")));
        }
        return open.isEmpty();
    }
}
