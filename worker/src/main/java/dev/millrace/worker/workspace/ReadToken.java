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

    /** @throws RepositoryUnavailable if there is no token in the file now */
    void addTo(Transport transport) {
        if (file == null || !(transport instanceof TransportHttp http)) {
            return;
        }
        String credentials = Base64.getEncoder().encodeToString(("millrace:" + token(file)).getBytes(UTF_8));
        http.setAdditionalHeaders(Map.of("Authorization", "Basic " + credentials));
    }

    private static String token(Path file) {
        String token;
        try {
            token = Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new RepositoryUnavailable(
                    "the file that %stoken-file names cannot be read: %s"
                            .formatted(WorkspaceProperties.PREFIX, unreadable.getMessage()),
                    unreadable);
        }
        if (token.isEmpty()) {
            throw new RepositoryUnavailable(
                    "the file that %stoken-file names is empty".formatted(WorkspaceProperties.PREFIX));
        }
        return token;
    }
}
