package dev.millrace.ingest.reconcile;

import dev.millrace.gitea.GiteaHistory;
import dev.millrace.ingest.hearing.Hearing;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.KafkaClients;
import java.time.InstantSource;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Reading the forge's history; nothing where there is no forge, or no broker to share the work by. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ReconcileProperties.class)
public class ReconcileConfiguration {
    private static final String GROUP = "reconcile";

    @Bean
    @Nullable
    Reconciler reconciler(
            ReconcileProperties properties,
            ObjectProvider<GiteaHistory> history,
            ObjectProvider<Hearing> hearing,
            ObjectProvider<KafkaClients> kafka,
            Topics topics,
            InstantSource clock) {
        GiteaHistory forge = history.getIfAvailable();
        Hearing ears = hearing.getIfAvailable();
        KafkaClients clients = kafka.getIfAvailable();
        if (!properties.enabled() || forge == null || ears == null || clients == null) {
            return null;
        }
        String topic = topics.requests().name();
        var settings = KafkaTurns.settings(clients.consumer(), topics.group(GROUP));
        return new Reconciler(
                properties,
                new Reconciliation(forge, ears)::since,
                () -> new KafkaTurns(
                        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()), topic),
                clock);
    }
}
