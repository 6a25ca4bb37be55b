package dev.millrace.sink.conversation;

import dev.millrace.gitea.Gitea;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import dev.millrace.schemas.wire.DeadLetters;
import dev.millrace.sink.secret.Secrets;
import dev.millrace.sink.stream.Containers;
import dev.millrace.sink.stream.Decoder;
import dev.millrace.sink.stream.PatientListener;
import dev.millrace.sink.stream.RetryProperties;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** From the task's state to its comment; in a group of its own, so that it holds up no delivery. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ConversationProperties.class)
public class ConversationWiring {
    private static final String GROUP = "conversation";
    private static final int STATES_AT_A_TIME = 500;
    private static final Duration LONGEST = Duration.ofMinutes(15);

    /** Nothing where there is no forge to talk at. */
    @Bean
    @Nullable
    ConcurrentMessageListenerContainer<String, byte[]> tasksContainer(
            Containers containers,
            Topics topics,
            Contracts contracts,
            DeadLetters sinkDeadLetters,
            RetryProperties retry,
            Secrets secrets,
            InstantSource clock,
            ConversationProperties conversation,
            ObjectProvider<Gitea> gitea) {
        Gitea forge = gitea.getIfAvailable();
        if (forge == null) {
            return null;
        }
        var listener = new TaskListener(
                new Decoder<>(contracts.deserializer(topics.tasks())), new Conversation(forge, secrets));
        return containers.container(
                topics.tasks(),
                GROUP,
                new Containers.Reading(conversation.concurrency(), STATES_AT_A_TIME, conversation.interval(), LONGEST),
                waits -> new PatientListener(
                        listener, PatientListener.Selection.NEWEST_OF_EACH_KEY, retry, sinkDeadLetters, waits, clock));
    }
}
