package dev.millrace.worker.workspace;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where the worker gets repositories from.
 *
 * @param local one local git repository that stands for all, read only; nothing but the depth counts beside it
 * @param url what comes before {@code /owner/name.git}: {@code http://}, {@code https://} or {@code file://}
 * @param tokenFile holds a token that may read; read at each use, so that it can be replaced
 * @param cache directory of this worker's mirrors; may be emptied while no worker runs
 * @param cacheSize the most that the mirrors take while nobody uses them; those used longest ago go first
 * @param depth how many commits of history the agent sees
 * @param timeout the longest that getting a repository may take
 */
@ConfigurationProperties("millrace.worker.repositories")
public record WorkspaceProperties(
        @Nullable Path local,
        @DefaultValue("") String url,
        @Nullable Path tokenFile,
        @DefaultValue("millrace-data/repositories") Path cache,
        @DefaultValue("10GB") DataSize cacheSize,
        @DefaultValue("1") int depth,
        @DefaultValue("5m") Duration timeout) {
    static final String PREFIX = "millrace.worker.repositories.";
    private static final Set<String> SCHEMES = Set.of("http", "https", "file");

    public WorkspaceProperties {
        url = url.replaceAll("/+$", "");
        require(
                local != null || isBase(url),
                "url",
                url,
                "give the forge's address, such as https://git.example.org, without a password");
        require(cacheSize.toMegabytes() >= 1, "cache-size", cacheSize, "give a size such as 10GB");
        require(depth >= 1, "depth", depth, "give at least 1");
        require(timeout.toSeconds() >= 1, "timeout", timeout, "give a duration such as 5m");
    }

    private static boolean isBase(String url) {
        try {
            var uri = URI.create(url);
            return uri.getScheme() != null
                    && SCHEMES.contains(uri.getScheme())
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null
                    && (uri.getScheme().equals("file") ? uri.getPath() != null : uri.getHost() != null);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static void require(boolean holds, String key, Object value, String remedy) {
        if (!holds) {
            throw new IllegalArgumentException("%s%s cannot be '%s': %s".formatted(PREFIX, key, value, remedy));
        }
    }
}
