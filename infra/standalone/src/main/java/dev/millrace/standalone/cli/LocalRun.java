package dev.millrace.standalone.cli;

import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.standalone.allinone.Door;
import dev.millrace.standalone.allinone.Lifetime;
import dev.millrace.standalone.allinone.SecretFile;
import dev.millrace.standalone.allinone.Starting;
import dev.millrace.standalone.allinone.TemporaryDirectory;
import dev.millrace.standalone.broker.EmbeddedBroker;
import dev.millrace.standalone.broker.FreePorts;
import dev.millrace.standalone.watch.TaskWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One task on a repository of this machine, by every stage and a broker that are there for it alone.
 *
 * @param repository fit to be worked on
 * @param base the branch to start from; empty for the current one
 * @param agent that does it
 * @param script for the agent {@code script}; else empty
 */
record LocalRun(Path repository, String base, String title, String instruction, String agent, List<String> script) {
    LocalRun {
        script = List.copyOf(script);
    }

    /**
     * Does it.
     *
     * @param directory for all that is written beside the result
     * @param settings of the worker: image, models, agents
     * @return the task's last state; empty if it was not done in time
     */
    Optional<TaskState> run(
            Lifetime life, TemporaryDirectory directory, Map<String, Object> settings, Duration patience, Story story)
            throws IOException, InterruptedException {
        String token = UUID.randomUUID().toString();
        var properties = properties(directory);
        properties.putAll(settings);
        properties.put(
                "millrace.ingest.api.token-file",
                SecretFile.write(directory.path(), "token", token).toString());
        story.tell("starting", "broker, ingest, dispatch, worker, results-sink");
        var broker = life.keep(EmbeddedBroker.start(directory.resolve("broker"), FreePorts.forBroker()));
        properties.put("millrace.kafka.bootstrap-servers", broker.bootstrapServers());
        var stages = life.keep(Starting.stages(broker, properties));
        var watch = life.keep(new TaskWatch(stages.kafka(), stages.contracts(), stages.topics()));
        var door = life.keep(new Door(stages.port()));
        story.tell("ready", "");
        var id = new TaskId(door.ask(token, request()));
        story.tell("asked", "task " + id);
        return watch.untilDone(id, patience, story);
    }

    private Map<String, Object> properties(TemporaryDirectory directory) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("server.port", "0");
        properties.put("server.address", "127.0.0.1");
        properties.put("millrace.kafka.schema-registry-url", "mock://run");
        properties.put("millrace.kafka.partitions", "1");
        properties.put(
                "millrace.dispatch.state-directory",
                directory.resolve("dispatch").toString());
        properties.put("millrace.ingest.api.requested-by", System.getProperty("user.name"));
        properties.put("millrace.worker.seats", "1");
        properties.put("millrace.worker.repositories.local", repository.toString());
        properties.put("millrace.worker.agent.default", agent);
        properties.put("millrace.sink.local-repository", repository.toString());
        properties.put(
                "millrace.sink.cache-directory", directory.resolve("sink").toString());
        return properties;
    }

    private Map<String, Object> request() {
        Map<String, Object> request = new HashMap<>();
        request.put("repo", "local/repository");
        request.put("title", title);
        request.put("instruction", instruction);
        request.put("baseBranch", base);
        if (!script.isEmpty()) {
            request.put("script", script);
        }
        return request;
    }
}
