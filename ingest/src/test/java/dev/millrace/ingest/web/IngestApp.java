package dev.millrace.ingest.web;

import dev.millrace.ingest.view.TaskView;
import dev.millrace.schemas.topic.Topics;
import java.time.Clock;
import java.time.InstantSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.core.KafkaTemplate;

/** Ingest's doors on a real Tomcat, with a broker and a forge that can be told how to behave. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(IngestWebConfiguration.class)
class IngestApp {
    @Bean
    FakeBroker broker() {
        return new FakeBroker();
    }

    @Bean
    @ConditionalOnBooleanProperty(name = "with-forge", matchIfMissing = true)
    FakeGitea forge() {
        return new FakeGitea();
    }

    @Bean
    KafkaTemplate<String, Object> kafkaTemplate(FakeBroker broker) {
        return new KafkaTemplate<>(broker);
    }

    @Bean
    Topics topics() {
        return new Topics("millrace.", 1);
    }

    @Bean
    TaskView tasks() {
        return new TaskView();
    }

    @Bean
    InstantSource clock() {
        return Clock.systemUTC();
    }
}
