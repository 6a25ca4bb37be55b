package dev.millrace.standalone.cli;

import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.KafkaClients;
import dev.millrace.schemas.wire.KafkaProperties;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which brokers a command talks to. */
final class Brokers {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Option(
            names = "--brokers",
            paramLabel = "HOST:PORT",
            description = "where Kafka is (default: KAFKA_BOOTSTRAP_SERVERS, or 127.0.0.1:19092, where up has its own)",
            defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS:-127.0.0.1:19092}")
    private String servers = "";

    @Option(names = "--topic-prefix", description = "as millrace.kafka.topic-prefix (default: ${DEFAULT-VALUE})")
    private String prefix = "millrace.";

    @Option(
            names = "--kafka",
            paramLabel = "KEY=VALUE",
            description = "a setting of Kafka's clients, such as for security; may be given again")
    private Map<String, String> properties = new HashMap<>();

    KafkaClients clients() {
        return new KafkaClients(
                new KafkaProperties(servers, "mock://unused", prefix, 1, (short) -1, false, PATIENCE, properties));
    }

    /** For their names; what they look like was decided when they were made. */
    Topics topics() {
        return new Topics(prefix, 1);
    }

    Duration patience() {
        return PATIENCE;
    }
}
