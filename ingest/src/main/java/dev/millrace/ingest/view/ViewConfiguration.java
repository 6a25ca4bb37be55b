package dev.millrace.ingest.view;

import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import dev.millrace.schemas.wire.Follower;
import dev.millrace.schemas.wire.KafkaClients;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The view, fed by the broker. */
@Configuration(proxyBeanMethods = false)
public class ViewConfiguration {

    @Bean
    TaskView taskView() {
        return new TaskView();
    }

    @Bean
    Follower<TaskState> taskFollower(KafkaClients clients, Contracts contracts, Topics topics, TaskView view) {
        return Follower.of(clients, contracts, topics.tasks(), Follower.Start.FROM_THE_BEGINNING, view);
    }

    @Bean
    HealthIndicator taskViewHealthIndicator(Follower<TaskState> taskFollower) {
        return () -> {
            if (!taskFollower.isAlive()) {
                return Health.down().build();
            }
            return (taskFollower.hasCaughtUp() ? Health.up() : Health.outOfService()).build();
        };
    }
}
