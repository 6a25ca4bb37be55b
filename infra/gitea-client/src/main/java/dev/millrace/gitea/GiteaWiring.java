package dev.millrace.gitea;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The forge of a stage, where one is configured. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("millrace.gitea.url")
@EnableConfigurationProperties(GiteaProperties.class)
public class GiteaWiring {

    @Bean
    GiteaClient gitea(GiteaProperties properties) {
        return GiteaClient.connect(properties);
    }

    @Bean
    GiteaHistory giteaHistory(GiteaClient gitea) {
        return gitea.history();
    }
}
