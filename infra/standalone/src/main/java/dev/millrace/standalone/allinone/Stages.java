package dev.millrace.standalone.allinone;

import dev.millrace.gitea.GiteaWiring;
import dev.millrace.ingest.dispatch.DispatchConfiguration;
import dev.millrace.ingest.view.ViewConfiguration;
import dev.millrace.ingest.web.IngestWebConfiguration;
import dev.millrace.schemas.wire.KafkaWiring;
import dev.millrace.sink.SinkConfiguration;
import dev.millrace.worker.WorkerConfiguration;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Ingest, dispatch, a worker and the results sink, sharing their clients. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({
    KafkaWiring.class,
    GiteaWiring.class,
    IngestWebConfiguration.class,
    DispatchConfiguration.class,
    ViewConfiguration.class,
    WorkerConfiguration.class,
    SinkConfiguration.class
})
class Stages {}
