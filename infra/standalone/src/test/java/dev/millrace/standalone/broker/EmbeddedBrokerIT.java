package dev.millrace.standalone.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final EmbeddedBroker.Ports ports = FreePorts.forBroker();

    @Test
    void whatItHeldIsThereAfterARestart() throws Exception {
        try (var broker = EmbeddedBroker.start(directory, ports)) {
            broker.awaitReady(LIMIT);
            try (var admin = admin(broker)) {
                admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1)))
                        .all()
                        .get(30, TimeUnit.SECONDS);
            }
        }
        try (var broker = EmbeddedBroker.start(directory, ports)) {
            broker.awaitReady(LIMIT);
            assertThat(topics(broker)).contains("kept");
        }
    }

    @Test
    void itIsStartedAgainWhenItDies() throws Exception {
        try (var broker = EmbeddedBroker.start(directory, ports)) {
            broker.awaitReady(LIMIT);
            long first = broker.pid();
            ProcessHandle.of(first).orElseThrow().destroyForcibly();
            await().atMost(LIMIT).until(() -> broker.pid() != first);
            broker.awaitReady(LIMIT);
        }
    }

    @Test
    void itIsGoneOnceClosed() {
        ProcessHandle process;
        try (var broker = EmbeddedBroker.start(directory, ports)) {
            process = ProcessHandle.of(broker.pid()).orElseThrow();
        }
        assertThat(process.isAlive()).isFalse();
    }

    private static Set<String> topics(EmbeddedBroker broker) throws Exception {
        try (var admin = admin(broker)) {
            return admin.listTopics().names().get(30, TimeUnit.SECONDS);
        }
    }

    private static Admin admin(EmbeddedBroker broker) {
        return Admin.create(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()));
    }
}
