package dev.millrace.schemas.wire;

import java.time.Duration;
import java.util.Map;

/** The properties of a client whose registry lives in this process. */
final class Settings {
    private Settings() {}

    static KafkaProperties with(String registry, boolean registerSchemas) {
        return new KafkaProperties(
                "localhost:9092", registry, "mill.", 3, (short) 1, registerSchemas, Duration.ofSeconds(10), Map.of());
    }

    static KafkaProperties with(Duration deliveryTimeout, Map<String, String> properties) {
        return new KafkaProperties(
                "localhost:9092", "mock://settings", "mill.", 3, (short) 1, true, deliveryTimeout, properties);
    }
}
