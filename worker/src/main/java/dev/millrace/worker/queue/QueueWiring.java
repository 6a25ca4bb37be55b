package dev.millrace.worker.queue;

import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import dev.millrace.schemas.wire.DeadLetters;
import dev.millrace.schemas.wire.Follower;
import dev.millrace.schemas.wire.KafkaClients;
import dev.millrace.schemas.wire.KafkaProperties;
import dev.millrace.schemas.wire.Publisher;
import dev.millrace.worker.agent.AgentProperties;
import dev.millrace.worker.agent.Agents;
import dev.millrace.worker.attempt.Allowed;
import dev.millrace.worker.attempt.Attempt;
import dev.millrace.worker.attempt.AttemptProperties;
import dev.millrace.worker.model.gateway.Budget;
import dev.millrace.worker.model.upstream.Upstreams;
import dev.millrace.worker.sandbox.Sandboxes;
import dev.millrace.worker.workspace.RepositorySource;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaTemplate;

/** The queue of a worker; needs sandboxes, repositories, agents and what goes with Kafka. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({QueueProperties.class, AttemptProperties.class})
public class QueueWiring {
    /** A producer reports a failure itself; this is for one that does not. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    @Bean
    WorkerName workerName(QueueProperties properties) {
        return WorkerName.of(properties.name());
    }

    @Bean
    Reporter reporter(
            KafkaTemplate<String, Object> kafka,
            Topics topics,
            WorkerName worker,
            InstantSource clock,
            KafkaProperties settings) {
        return new Reporter(
                new Publisher(kafka, "/millrace/worker/" + worker, clock),
                topics,
                worker,
                clock,
                settings.deliveryTimeout().plus(SLACK));
    }

    @Bean
    Attempt attempt(
            Sandboxes sandboxes,
            RepositorySource repositories,
            Agents agents,
            AgentProperties agent,
            Upstreams models,
            AttemptProperties properties) {
        return new Attempt(
                sandboxes,
                repositories,
                agents,
                new Allowed(agent.limits(), agent.script(), models.names(), properties));
    }

    @Bean
    DeadLetters workerDeadLetters(KafkaClients clients, Topics topics, InstantSource clock, KafkaProperties settings) {
        return DeadLetters.with(
                clients,
                topics.deadLetters(),
                "/millrace/worker",
                clock,
                settings.deliveryTimeout().plus(SLACK));
    }

    @Bean
    WorkerLife workerLife(
            Attempt attempt,
            Reporter reporter,
            WorkerName worker,
            QueueProperties properties,
            KafkaClients clients,
            Contracts contracts,
            Topics topics,
            DeadLetters workerDeadLetters,
            Budget attemptBudget,
            @Value("${millrace.dispatch.lease:12s}") Duration lease) {
        var terms = new LeaseTerms(lease, properties.heartbeat(), properties.grantWithin(), attemptBudget);
        return new WorkerLife(
                () -> {
                    var leases = new Leases();
                    var tasks =
                            Follower.of(clients, contracts, topics.tasks(), Follower.Start.FROM_NOW_ON, leases::told);
                    var running =
                            new Running(work(attempt, reporter), reporter, leases, worker, terms, System::nanoTime);
                    var queue = new WorkQueue(
                            clients,
                            contracts.deserializer(topics.work()),
                            topics,
                            running,
                            workerDeadLetters,
                            properties.seats());
                    return new WorkerLife.Parts(tasks, running, queue);
                },
                properties.drain());
    }

    private static Running.Work work(Attempt attempt, Reporter reporter) {
        return (lease, trace, report) -> attempt.run(
                lease.item(),
                lease,
                lease.spending(),
                reporter.transcript(lease.item(), trace),
                reporter.changesets(lease.item(), trace),
                report);
    }

    @Bean
    HealthIndicator workerHealthIndicator(WorkerLife life) {
        return () -> (life.isAlive() ? Health.up() : Health.down()).build();
    }
}
