package dev.millrace.worker.model.upstream;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint of a provider. Thread-safe.
 *
 * @param name for people
 * @param keyHeader carries the key; empty for what each protocol uses
 * @param models names that agents use, to names that the provider knows; {@value #ANY} on the left is every name that is
 *     not listed, on the right the name as it came
 * @param backPressure what all who ask it share
 */
public record Upstream(
        String name,
        String baseUrl,
        Set<Protocol> protocols,
        ModelKey.Source key,
        String keyHeader,
        Map<String, String> models,
        BackPressure backPressure) {
    public static final String ANY = "*";

    public Upstream {
        protocols = Set.copyOf(protocols);
        models = Map.copyOf(models);
    }

    public URI address(Protocol protocol) {
        return protocol.below(baseUrl);
    }

    /**
     * Puts the key on a request.
     *
     * @return the key, so that it can be taken out of the answer
     * @throws IllegalArgumentException if the key cannot be read or sent
     */
    public ModelKey authorise(HttpRequest.Builder request, Protocol protocol) {
        ModelKey read = key.read();
        if (read.isGiven()) {
            String header = keyHeader.isEmpty() ? protocol.keyHeader() : keyHeader;
            request.setHeader(
                    header, header.equalsIgnoreCase("Authorization") ? "Bearer " + read.value() : read.value());
        }
        return read;
    }

    /** The provider's name for a model that is listed by its own name; null for others. */
    @Nullable
    String listed(String model) {
        String target = model.equals(ANY) ? null : models.get(model);
        return target == null ? null : target.equals(ANY) ? model : target;
    }

    /** The provider's name for a model that is not listed; null if it takes only those that are. */
    @Nullable
    String other(String model) {
        String target = models.get(ANY);
        if (target == null || !target.equals(ANY)) {
            return target;
        }
        return model.equals(Upstreams.DEFAULT) ? null : model;
    }
}
