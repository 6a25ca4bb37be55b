package dev.millrace.ingest.web;

import dev.millrace.ingest.api.ApiConfiguration;
import dev.millrace.ingest.control.Controls;
import dev.millrace.ingest.control.KafkaControls;
import dev.millrace.ingest.door.Accepted;
import dev.millrace.ingest.door.KafkaRequests;
import dev.millrace.ingest.door.ProblemAnswers;
import dev.millrace.ingest.door.Requests;
import dev.millrace.ingest.hearing.HearingConfiguration;
import dev.millrace.ingest.reconcile.ReconcileConfiguration;
import dev.millrace.ingest.webhook.WebhookConfiguration;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Publisher;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.core.KafkaTemplate;

/**
 * Ingest's HTTP side. Needs beans {@code KafkaTemplate<String, Object>}, {@link Topics} and {@link InstantSource}; with
 * a {@code Gitea} webhooks are served, without it they are answered with 503.
 */
@Configuration(proxyBeanMethods = false)
@Import({
    ReconcileConfiguration.class,
    HearingConfiguration.class,
    WebhookConfiguration.class,
    ApiConfiguration.class,
    ProblemAnswers.class
})
public class IngestWebConfiguration {

    @Bean
    Requests requests(KafkaTemplate<String, Object> kafka, Topics topics, InstantSource clock) {
        var publisher = new Publisher(kafka, "/millrace/ingest", clock);
        publisher.prepare(topics.requests());
        return new KafkaRequests(publisher, topics.requests());
    }

    @Bean
    Controls controls(KafkaTemplate<String, Object> kafka, Topics topics, InstantSource clock) {
        return new KafkaControls(new Publisher(kafka, "/millrace/ingest", clock), topics.controls());
    }

    @Bean
    Accepted accepted(Requests requests) {
        return new Accepted(requests);
    }
}
