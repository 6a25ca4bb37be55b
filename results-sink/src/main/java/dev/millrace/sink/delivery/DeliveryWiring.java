package dev.millrace.sink.delivery;

import dev.millrace.gitea.Gitea;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import dev.millrace.schemas.wire.DeadLetters;
import dev.millrace.schemas.wire.KafkaClients;
import dev.millrace.schemas.wire.Publisher;
import dev.millrace.sink.changeset.ChangesetJudge;
import dev.millrace.sink.changeset.ChangesetProperties;
import dev.millrace.sink.secret.Secrets;
import dev.millrace.sink.stream.Containers;
import dev.millrace.sink.stream.Decoder;
import dev.millrace.sink.stream.PatientListener;
import dev.millrace.sink.stream.RetryProperties;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** From the outcome's record to the destination and the delivery's record. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({DeliveryProperties.class, ChangesetProperties.class})
public class DeliveryWiring {
    private static final String SOURCE = "/millrace/results-sink";
    private static final String GROUP = "results-sink";
    private static final int OUTCOMES_AT_A_TIME = 4;
    private static final int FETCH_BYTES = 17 << 20;

    @Bean
    KafkaChangesets changesets(
            KafkaClients clients,
            Topics topics,
            Contracts contracts,
            InstantSource clock,
            DeliveryProperties delivery) {
        Map<String, Object> settings = new HashMap<>(clients.consumer());
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        return new KafkaChangesets(
                topics.changesets(),
                () -> new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer()),
                new Decoder<>(contracts.deserializer(topics.changesets())),
                clock,
                delivery.changesetTimeout());
    }

    @Bean
    ConcurrentMessageListenerContainer<String, byte[]> outcomesContainer(
            Containers containers,
            Topics topics,
            Contracts contracts,
            KafkaTemplate<String, Object> kafka,
            InstantSource clock,
            KafkaChangesets changesets,
            DeadLetters sinkDeadLetters,
            RetryProperties retry,
            DeliveryProperties delivery,
            ChangesetProperties limits,
            Secrets secrets,
            ObjectProvider<Gitea> gitea,
            ObjectProvider<GitToken> token,
            Environment environment) {
        var text = new ProposalText(delivery.coAuthorDomain(), secrets);
        var deliverer = new Deliverer(
                changesets,
                new ChangesetJudge(limits, secrets),
                destination(delivery, gitea, () -> token(token, environment)),
                new BotCommit(delivery.botName(), delivery.botEmail(), text),
                text,
                delivery.cacheDirectory().resolve("quarantine"),
                clock);
        var listener = new OutcomeListener(
                new Decoder<>(contracts.deserializer(topics.outcomes())),
                deliverer,
                new Publisher(kafka, SOURCE, clock),
                topics.deliveries(),
                clock,
                delivery.publishTimeout());
        return containers.container(
                topics.outcomes(),
                GROUP,
                new Containers.Reading(
                        delivery.concurrency(),
                        OUTCOMES_AT_A_TIME,
                        Duration.ZERO,
                        delivery.deliveryLimit().multipliedBy(OUTCOMES_AT_A_TIME)),
                waits -> new PatientListener(
                        listener, PatientListener.Selection.ALL, retry, sinkDeadLetters, waits, clock));
    }

    private static Destination destination(
            DeliveryProperties delivery, ObjectProvider<Gitea> gitea, Supplier<Optional<GitToken>> token) {
        Path local = delivery.localRepository();
        if (local != null) {
            return new LocalTarget(local);
        }
        Gitea forge = gitea.getIfAvailable();
        if (forge == null) {
            throw new IllegalStateException("there is nowhere to deliver to: set millrace.gitea.url and"
                    + " millrace.gitea.token-file, or millrace.sink.local-repository");
        }
        return new GiteaTarget(
                forge,
                new GitTransfer(token.get(), delivery.gitTimeout()),
                new Mirrors(delivery.cacheDirectory().resolve("mirrors")));
    }

    /** A bean where there is one; else from the file that the forge's client reads too. */
    private static Optional<GitToken> token(ObjectProvider<GitToken> bean, Environment environment) {
        return Optional.ofNullable(bean.getIfAvailable())
                .or(() -> Optional.ofNullable(environment.getProperty("millrace.gitea.token-file"))
                        .map(file -> GitToken.read(Path.of(file))));
    }
}
