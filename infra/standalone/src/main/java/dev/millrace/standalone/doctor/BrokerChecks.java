package dev.millrace.standalone.doctor;

import dev.millrace.standalone.doctor.Finding.Fine;
import dev.millrace.standalone.doctor.Finding.Skipped;
import dev.millrace.standalone.doctor.Finding.Wrong;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** The broker and the schema registry, where they are not the embedded ones. */
final class BrokerChecks {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Switched on in brokers from 4.2 on. */
    private static final String SHARE_GROUPS = "share.version";

    private BrokerChecks() {}

    static List<Check> of(Settings settings) {
        return List.of(
                new Named("broker", () -> broker(settings.value("KAFKA_BOOTSTRAP_SERVERS"))),
                new Named("schema registry", () -> registry(settings.value("SCHEMA_REGISTRY_URL"))));
    }

    private static Finding broker(Optional<String> servers) throws InterruptedException {
        if (servers.isEmpty()) {
            return new Skipped("embedded; KAFKA_BOOTSTRAP_SERVERS names another");
        }
        Map<String, Object> settings = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers.get(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        try (var admin = Admin.create(settings)) {
            var features = admin.describeFeatures()
                    .featureMetadata()
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .finalizedFeatures();
            var shares = features.get(SHARE_GROUPS);
            return judged(servers.get(), shares == null ? 0 : shares.maxVersionLevel());
        } catch (ExecutionException | TimeoutException | RuntimeException silent) {
            Throwable cause = silent.getCause() == null ? silent : silent.getCause();
            return new Wrong(
                    "%s does not answer: %s".formatted(servers.get(), cause.getMessage()),
                    "start the broker, or mend KAFKA_BOOTSTRAP_SERVERS");
        }
    }

    /** @param shares the level of share groups that is switched on; 0 for none */
    static Finding judged(String servers, int shares) {
        if (shares < 1) {
            return new Wrong(
                    servers + " has no share groups, which brokers have from 4.2 on",
                    "upgrade the brokers to 4.2 or newer, and then: kafka-features.sh --bootstrap-server %s upgrade --feature share.version=1"
                            .formatted(servers));
        }
        return new Fine(servers + " has share groups");
    }

    private static Finding registry(Optional<String> url) throws InterruptedException {
        if (url.isEmpty()) {
            return new Skipped("embedded; SCHEMA_REGISTRY_URL names another");
        }
        try (var http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            var asked = URI.create(url.get().replaceAll("/+$", "") + "/subjects");
            var request = HttpRequest.newBuilder(asked).timeout(PATIENCE).build();
            int status = http.send(request, BodyHandlers.discarding()).statusCode();
            return status == 200
                    ? new Fine(url.get())
                    : new Wrong(
                            "%s was answered %d".formatted(asked, status),
                            "SCHEMA_REGISTRY_URL must be the root of Confluent's API; Apicurio has it at /apis/ccompat/v7");
        } catch (IOException | IllegalArgumentException silent) {
            return new Wrong(
                    "%s does not answer: %s".formatted(url.get(), silent.getMessage()),
                    "start the registry, or mend SCHEMA_REGISTRY_URL");
        }
    }
}
