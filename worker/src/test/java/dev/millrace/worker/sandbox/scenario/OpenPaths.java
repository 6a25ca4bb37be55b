package dev.millrace.worker.sandbox.scenario;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.HostConfig;
import java.util.List;

/** A host configuration that asks the engine to mask nothing; the client knows no such field. */
final class OpenPaths extends HostConfig {
    static HostConfig of(HostConfig config) {
        return new ObjectMapper().convertValue(config, OpenPaths.class);
    }

    @JsonProperty("MaskedPaths")
    List<String> masked() {
        return List.of();
    }

    @JsonProperty("ReadonlyPaths")
    List<String> readOnly() {
        return List.of();
    }
}
