package dev.millrace.worker.model;

import dev.millrace.worker.model.upstream.ModelKey;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The model that this worker's agents use, behind any endpoint that speaks OpenAI's chat completions.
 *
 * @param baseUrl of the API, such as {@code https://api.openai.com/v1}; empty for none
 * @param name of the model where a task does not name one
 * @param key sent as bearer token; empty for endpoints that need none
 * @param keyFile file that holds the key, instead of {@code key}; empty for none
 * @param timeout the longest one answer may take
 * @param retries how often a request is tried again
 * @param retryDelay first wait before trying again; doubled each time, with jitter
 * @param maxRetryDelay the longest wait before trying again, whatever the provider asks for
 * @param maxBody the largest request that is sent and the largest answer that is read
 */
@ConfigurationProperties("millrace.worker.model")
public record ModelProperties(
        @DefaultValue("") String baseUrl,
        @DefaultValue("") String name,
        @DefaultValue("") String key,
        @DefaultValue("") String keyFile,
        @DefaultValue("5m") Duration timeout,
        @DefaultValue("5") int retries,
        @DefaultValue("1s") Duration retryDelay,
        @DefaultValue("1m") Duration maxRetryDelay,
        @DefaultValue("8MB") DataSize maxBody) {

    public ModelProperties {
        baseUrl = baseUrl.strip();
        name = name.strip();
        key = key.strip();
        keyFile = keyFile.strip();
        if (!baseUrl.isEmpty() && !isHttp(baseUrl)) {
            throw new IllegalArgumentException("millrace.worker.model.base-url must be an http or https URL without"
                    + " credentials, query or fragment, such as https://api.openai.com/v1, not '" + withoutUser(baseUrl)
                    + "'");
        }
        if (!key.isEmpty() && !keyFile.isEmpty()) {
            throw new IllegalArgumentException(
                    "millrace.worker.model.key and millrace.worker.model.key-file are both set: keep one");
        }
        positive("timeout", timeout);
        positive("retry-delay", retryDelay);
        positive("max-retry-delay", maxRetryDelay);
        if (retries < 0 || retries > 20) {
            throw new IllegalArgumentException("millrace.worker.model.retries must be 0 to 20, not " + retries);
        }
        if (maxBody.toBytes() < 1024 || maxBody.toBytes() > Integer.MAX_VALUE / 2) {
            throw new IllegalArgumentException("millrace.worker.model.max-body must be 1KB to 1023MB, not " + maxBody);
        }
    }

    /** Where the key comes from. */
    ModelKey.Source keySource() {
        if (!keyFile.isEmpty()) {
            return new ModelKey.InFile(Path.of(keyFile), "millrace.worker.model.key-file");
        }
        return key.isEmpty() ? ModelKey.Source.NONE : new ModelKey.Given(new ModelKey(key));
    }

    /** Without the key, since properties end up in logs. */
    @Override
    public String toString() {
        return "ModelProperties[baseUrl=%s, name=%s, timeout=%s, retries=%d]"
                .formatted(baseUrl, name, timeout, retries);
    }

    private static void positive(String key, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException("millrace.worker.model." + key + " must be positive, not " + value);
        }
    }

    static boolean isHttp(String url) {
        try {
            var uri = new URI(url);
            return ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
        } catch (URISyntaxException _) {
            return false;
        }
    }

    static String withoutUser(String url) {
        return url.replaceFirst("//[^/]*@", "//…@");
    }
}
