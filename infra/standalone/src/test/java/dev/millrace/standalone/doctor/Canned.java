package dev.millrace.standalone.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;

/** Answers with what it was given, byte by byte, the time of day included. */
final class Canned implements AutoCloseable {
    private final ServerSocket server;
    private final Map<String, String> answers;
    private final String date;

    /**
     * A server that listens.
     *
     * @param answers status and body by the end of a path, such as {@code 200 {}}; 404 for all others
     */
    Canned(Map<String, String> answers, String date) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.answers = answers;
        this.date = date;
        Thread.ofVirtual().start(this::serve);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (var socket = server.accept()) {
                answer(socket);
            } catch (IOException ended) {
                // The next one may be better; or the server is closed.
            }
        }
    }

    private void answer(Socket socket) throws IOException {
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        String path = in.readLine().split(" ", -1)[1];
        int length = 0;
        for (String header = in.readLine(); !header.isEmpty(); header = in.readLine()) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(header.substring(15).strip());
            }
        }
        in.skip(length);
        String answer = answers.entrySet().stream()
                .filter(one -> path.endsWith(one.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("404 {}");
        String body = answer.substring(4);
        String dated = date.isEmpty() ? "" : "Date: " + date + "\r\n";
        String whole =
                "HTTP/1.1 %s x\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                        .formatted(answer.substring(0, 3), dated, body.length(), body);
        socket.getOutputStream().write(whole.getBytes(UTF_8));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
