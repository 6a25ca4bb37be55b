package dev.millrace.standalone.demo;

import dev.millrace.gitea.GiteaClient;
import dev.millrace.standalone.allinone.AllInOne;
import dev.millrace.standalone.allinone.Door;
import dev.millrace.standalone.allinone.Lifetime;
import dev.millrace.standalone.allinone.SecretFile;
import dev.millrace.standalone.allinone.Starting;
import dev.millrace.standalone.broker.EmbeddedBroker;
import dev.millrace.standalone.broker.FreePorts;
import dev.millrace.standalone.watch.TaskWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Every stage, a broker and the practice forge, all of them on loopback.
 *
 * @param world the forge and what is in it
 * @param watch opened before anything was asked for
 * @param gitea the forge as the bot sees it
 */
public record DemoStages(
        EmbeddedBroker broker, DemoWorld world, AllInOne stages, TaskWatch watch, Door door, GiteaClient gitea) {
    private static final Duration ANSWER = Duration.ofSeconds(10);

    /**
     * Starts all of them and returns when ingest takes deliveries.
     *
     * @param life ends them
     * @param directory for everything that they write
     * @param image of the sandboxes
     * @param script what the script agent does for tasks that bring no script
     * @param more properties of the stages, which win over the demo's own
     */
    public static DemoStages start(
            Lifetime life, Path directory, String image, List<String> script, Map<String, Object> more)
            throws IOException {
        var broker = life.keep(EmbeddedBroker.start(directory.resolve("broker"), FreePorts.forBroker()));
        var world = life.keep(DemoWorld.start(directory.resolve("forge")));
        var properties = properties(directory, broker, world, image, script);
        properties.putAll(more);
        var stages = life.keep(Starting.stages(broker, properties));
        return new DemoStages(
                broker,
                world,
                stages,
                life.keep(new TaskWatch(stages.kafka(), stages.contracts(), stages.topics())),
                life.keep(new Door(stages.port())),
                life.keep(GiteaClient.connect(world.url(), world.botToken(), ANSWER)));
    }

    private static Map<String, Object> properties(
            Path directory, EmbeddedBroker broker, DemoWorld world, String image, List<String> script) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("server.port", "0");
        properties.put("server.address", "127.0.0.1");
        properties.put("millrace.kafka.bootstrap-servers", broker.bootstrapServers());
        properties.put("millrace.kafka.schema-registry-url", "mock://demo");
        properties.put("millrace.kafka.partitions", "2");
        properties.put("millrace.gitea.url", world.url().toString());
        properties.put(
                "millrace.gitea.token-file",
                SecretFile.write(directory, "token", world.botToken()).toString());
        properties.put(
                "millrace.dispatch.state-directory",
                directory.resolve("dispatch").toString());
        properties.put(
                "millrace.ingest.webhook.secret-file",
                SecretFile.write(directory, "secret", DemoWorld.WEBHOOK_SECRET).toString());
        // Nobody sends the one delivery again where a busy machine is late to take it.
        properties.put("millrace.ingest.webhook.answer-within", "1m");
        // Benchmarks ask for hundreds of tasks in the name of one person.
        properties.put("millrace.ingest.who.per-user", "1000000");
        properties.put("millrace.worker.sandbox.image", image);
        properties.put("millrace.worker.repositories.url", world.url().toString());
        properties.put(
                "millrace.worker.repositories.cache",
                directory.resolve("mirrors").toString());
        properties.put("millrace.worker.agent.default", "script");
        for (int line = 0; line < script.size(); line++) {
            properties.put("millrace.worker.agent.script[%d]".formatted(line), script.get(line));
        }
        properties.put(
                "millrace.sink.cache-directory", directory.resolve("sink").toString());
        return properties;
    }
}
