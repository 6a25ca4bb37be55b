package dev.millrace.ingest.api;

import dev.millrace.ingest.door.Problem;
import dev.millrace.ingest.door.SecretFile;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/** The token that opens the door; read once, compared in constant time. */
final class BearerToken {
    private static final String SCHEME = "Bearer ";

    private final Optional<byte[]> token;

    /**
     * The token in the file.
     *
     * @param file null where nobody may enter
     */
    BearerToken(@Nullable Path file) {
        token = Optional.ofNullable(file).map(path -> SecretFile.read(path, "millrace.ingest.api.token-file"));
    }

    /**
     * Lets through who shows the token.
     *
     * @throws Problem 403 if none is configured, 401 if another or none is shown
     */
    void check(HttpServletRequest request) {
        byte[] wanted = token.orElseThrow(() -> Problem.of(
                HttpStatus.FORBIDDEN, "the API is closed: set millrace.ingest.api.token-file to a file with a token"));
        String shown = Optional.ofNullable(request.getHeader(HttpHeaders.AUTHORIZATION))
                .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(header -> header.substring(SCHEME.length()).strip())
                .orElse("");
        if (!MessageDigest.isEqual(wanted, shown.getBytes(StandardCharsets.UTF_8))) {
            throw Problem.of(
                    HttpStatus.UNAUTHORIZED,
                    "send 'Authorization: Bearer …' with the token in millrace.ingest.api.token-file");
        }
    }
}
