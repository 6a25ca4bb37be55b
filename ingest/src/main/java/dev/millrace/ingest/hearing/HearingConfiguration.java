package dev.millrace.ingest.hearing;

import dev.millrace.gitea.Gitea;
import dev.millrace.gitea.GiteaHistory;
import dev.millrace.ingest.control.Controls;
import dev.millrace.ingest.door.Requests;
import dev.millrace.ingest.trigger.GiteaForge;
import dev.millrace.ingest.trigger.TriggerProperties;
import dev.millrace.ingest.trigger.Triggers;
import dev.millrace.ingest.trigger.WhoProperties;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Hearing what happens in the forge; nothing where there is none. Needs {@link Requests}, {@link Controls} and an {@link InstantSource}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({TriggerProperties.class, WhoProperties.class})
public class HearingConfiguration {

    @Bean
    @Nullable
    GiteaForge giteaForge(
            ObjectProvider<Gitea> gitea,
            ObjectProvider<GiteaHistory> history,
            TriggerProperties properties,
            InstantSource clock) {
        Gitea forge = gitea.getIfAvailable();
        return forge == null ? null : new GiteaForge(forge, history.getObject(), properties.botCache(), clock);
    }

    @Bean(destroyMethod = "close")
    @Nullable
    Answers answers(ObjectProvider<Gitea> gitea, ObjectProvider<GiteaForge> forge) {
        GiteaForge asked = forge.getIfAvailable();
        return asked == null ? null : new Answers(gitea.getObject(), asked::bot);
    }

    @Bean
    @Nullable
    Hearing hearing(
            ObjectProvider<GiteaForge> forge,
            ObjectProvider<Answers> answers,
            TriggerProperties trigger,
            WhoProperties who,
            Requests requests,
            Controls controls,
            InstantSource clock) {
        GiteaForge asked = forge.getIfAvailable();
        return asked == null
                ? null
                : new Hearing(new Triggers(trigger, who, asked, clock), requests, controls, answers.getObject());
    }
}
