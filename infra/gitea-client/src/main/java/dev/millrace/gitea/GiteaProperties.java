package dev.millrace.gitea;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How to reach the forge.
 *
 * @param url address of the Gitea, with its path prefix if it has one; no user, query or fragment
 * @param tokenFile holds the bot's access token and nothing else; surrounding white space is ignored
 * @param timeout of one request, from the connection to the last byte of the answer
 * @param bot what to take for the bot's login instead of asking whom the token belongs to
 */
@ConfigurationProperties("millrace.gitea")
public record GiteaProperties(
        URI url,
        Path tokenFile,
        @DefaultValue("10s") Duration timeout,
        @Nullable String bot) {
    public GiteaProperties {
        if (url == null) {
            throw new IllegalArgumentException(
                    "millrace.gitea.url is not set; give the forge's address, like https://git.example.org");
        }
        ForgeAddress.check(url);
        if (tokenFile == null) {
            throw new IllegalArgumentException(
                    "millrace.gitea.token-file is not set; name a file that holds the bot's access token");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(
                    "millrace.gitea.timeout is %s; give a positive duration, like 10s".formatted(timeout));
        }
        if (bot != null && bot.isBlank()) {
            bot = null;
        }
    }
}
