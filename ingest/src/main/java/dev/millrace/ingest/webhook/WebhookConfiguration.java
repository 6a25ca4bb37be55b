package dev.millrace.ingest.webhook;

import dev.millrace.ingest.door.SecretFile;
import dev.millrace.ingest.hearing.Hearing;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The webhooks' door; needs a {@link Hearing} to do more than refuse. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebhookProperties.class)
public class WebhookConfiguration {

    @Bean
    GiteaWebhook giteaWebhook(WebhookProperties webhook, ObjectProvider<Hearing> hearing) {
        var signature = Optional.ofNullable(webhook.secretFile())
                .map(file -> new Signature(SecretFile.read(file, "millrace.ingest.webhook.secret-file")));
        return new GiteaWebhook(webhook, signature, Optional.ofNullable(hearing.getIfAvailable()));
    }
}
