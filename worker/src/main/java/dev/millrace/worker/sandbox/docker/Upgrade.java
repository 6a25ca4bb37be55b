package dev.millrace.worker.sandbox.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The one HTTP request that turns a connection to the engine into the standard streams of a container. */
final class Upgrade {
    private static final int LONGEST_HEAD = 16 * 1024;
    private static final int LONGEST_REFUSAL = 4 * 1024;

    private Upgrade() {}

    /**
     * @param version the path's prefix that says which API is spoken, such as {@code /v1.41}; empty for the engine's own
     * @throws DockerException if the engine refuses, as docker-java would throw it
     */
    static void toAttached(EngineSocket socket, String version, String container) throws IOException {
        var request = "POST %s/containers/%s/attach?stream=1&stdin=1&stdout=1&stderr=1 HTTP/1.1\r\n"
                        .formatted(version, container)
                + "Host: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n";
        socket.out().write(request.getBytes(StandardCharsets.US_ASCII));
        socket.out().flush();
        String status = line(socket.in());
        int code = code(status);
        int head = status.length();
        for (String header = line(socket.in()); !header.isEmpty(); header = line(socket.in())) {
            head += header.length();
            if (head > LONGEST_HEAD) {
                throw new IOException("the engine's answer does not end");
            }
        }
        if (code != 101 && code != 200) {
            throw refusal(code, socket.in());
        }
    }

    private static int code(String status) throws IOException {
        String[] words = status.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[1-5][0-9]{2}")) {
            throw new IOException("what answers there is no Docker engine: " + status);
        }
        return Integer.parseInt(words[1]);
    }

    private static DockerException refusal(int code, InputStream in) throws IOException {
        int there = Math.min(LONGEST_REFUSAL, in.available());
        String why = new String(in.readNBytes(there), StandardCharsets.UTF_8);
        return switch (code) {
            case 404 -> new NotFoundException(why);
            case 409 -> new ConflictException(why);
            default -> new DockerException(why, code);
        };
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the engine closed the connection instead of attaching it");
            }
            if (line.length() == LONGEST_HEAD) {
                throw new IOException("the engine's answer has an endless line");
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }
}
