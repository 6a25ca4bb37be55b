package dev.millrace.sink.secret;

import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which secrets are kept from being published.
 *
 * @param files each with one secret, which is found in any usual spelling; besides those that this process is
 *     configured with
 * @param shapes whether what looks like a token or a private key of anybody's is refused, too
 */
@ConfigurationProperties("millrace.sink.secrets")
public record SecretsProperties(
        @DefaultValue List<Path> files,
        @DefaultValue("true") boolean shapes) {
    public SecretsProperties {
        files = List.copyOf(files);
    }
}
