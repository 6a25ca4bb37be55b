package dev.millrace.ingest.webhook;

import dev.millrace.gitea.Gitea;
import dev.millrace.ingest.door.Accepted;
import dev.millrace.ingest.door.SecretFile;
import dev.millrace.ingest.trigger.GiteaForge;
import dev.millrace.ingest.trigger.TriggerProperties;
import dev.millrace.ingest.trigger.Triggers;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The webhooks' door; needs {@link Accepted} and an {@link InstantSource}, and a {@link Gitea} to do more than refuse. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({WebhookProperties.class, TriggerProperties.class})
public class WebhookConfiguration {

    @Bean
    GiteaWebhook giteaWebhook(
            WebhookProperties webhook,
            TriggerProperties trigger,
            ObjectProvider<Gitea> gitea,
            InstantSource clock,
            Accepted accepted) {
        var signature = Optional.ofNullable(webhook.secretFile())
                .map(file -> new Signature(SecretFile.read(file, "millrace.ingest.webhook.secret-file")));
        var triggers = Optional.ofNullable(gitea.getIfAvailable())
                .map(forge -> new GiteaForge(forge, trigger.botCache(), clock))
                .map(forge -> new Triggers(trigger, forge, clock));
        return new GiteaWebhook(webhook, signature, triggers, accepted);
    }
}
