package dev.millrace.worker.workspace;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.jspecify.annotations.Nullable;

/** The token that may read repositories. It travels in a header only, never in an address or a configuration file. */
final class ReadToken {
    private final @Nullable Path file;

    ReadToken(@Nullable Path file) {
        this.file = file;
    }

    void addTo(Transport transport) throws IOException {
        if (file == null || !(transport instanceof TransportHttp http)) {
            return;
        }
        String token = Files.readString(file).strip();
        if (token.isEmpty()) {
            throw new IOException("the file that %stoken-file names is empty".formatted(WorkspaceProperties.PREFIX));
        }
        String credentials = Base64.getEncoder().encodeToString(("millrace:" + token).getBytes(UTF_8));
        http.setAdditionalHeaders(Map.of("Authorization", "Basic " + credentials));
    }
}
