package dev.millrace.ingest.api;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How tasks are taken over HTTP.
 *
 * @param tokenFile holds the bearer token that opens the door; without it every call is refused
 * @param requestedBy who the tasks are said to be asked for by
 * @param maxBody of one call
 * @param answerWithin from the first byte to the answer
 */
@ConfigurationProperties("millrace.ingest.api")
public record ApiProperties(
        @Nullable Path tokenFile,
        @DefaultValue("api") String requestedBy,
        @DefaultValue("512KB") DataSize maxBody,
        @DefaultValue("10s") Duration answerWithin) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}");

    public ApiProperties {
        if (!NAME.matcher(requestedBy).matches()) {
            throw new IllegalArgumentException(
                    "millrace.ingest.api.requested-by must be a login (letters, digits, '_', '.', '-'), not '%s'"
                            .formatted(requestedBy));
        }
        if (maxBody.compareTo(DataSize.ofKilobytes(1)) < 0 || maxBody.compareTo(DataSize.ofKilobytes(900)) > 0) {
            throw new IllegalArgumentException("millrace.ingest.api.max-body must be 1KB to 900KB, not " + maxBody);
        }
        if (answerWithin.compareTo(Duration.ofMillis(100)) < 0 || answerWithin.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException(
                    "millrace.ingest.api.answer-within must be 100ms to 1m, not " + answerWithin);
        }
    }
}
