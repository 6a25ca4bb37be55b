package dev.millrace.worker.control;

import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import dev.millrace.schemas.wire.Follower;
import dev.millrace.schemas.wire.KafkaClients;
import dev.millrace.worker.model.gateway.StopSwitch;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What a worker hears on {@code controls}; needs the {@link StopSwitch} and what goes with Kafka. */
@Configuration(proxyBeanMethods = false)
public class ControlWiring {

    /**
     * From now on: while everything is paused nothing is offered, so that a worker that starts later has nothing to ask a
     * model for.
     */
    @Bean
    ControlLife controlLife(KafkaClients clients, Contracts contracts, Topics topics, StopSwitch models) {
        return new ControlLife(() ->
                Follower.of(clients, contracts, topics.controls(), Follower.Start.FROM_NOW_ON, new ModelStops(models)));
    }
}
