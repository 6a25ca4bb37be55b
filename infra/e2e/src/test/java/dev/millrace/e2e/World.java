package dev.millrace.e2e;

import dev.millrace.gitea.GiteaClient;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.standalone.allinone.AllInOne;
import dev.millrace.standalone.allinone.Door;
import dev.millrace.standalone.broker.EmbeddedBroker;
import dev.millrace.standalone.broker.FreePorts;
import dev.millrace.standalone.demo.DemoWorld;
import dev.millrace.standalone.forge.Access;
import dev.millrace.standalone.forge.PracticeForge;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Every stage in this process, with a real broker, real sandboxes and the practice forge, which holds what the recorded
 * delivery tells of and sends webhooks of its own. The agent is {@code script}.
 */
final class World implements AutoCloseable {
    static final RepoId REPO = DemoWorld.REPO;
    static final String API_TOKEN = "api-token-of-the-tests";

    private static final Duration BROKER = Duration.ofSeconds(60);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final PracticeForge forge;
    private final EmbeddedBroker broker;
    private final AllInOne stages;
    private final Door door;
    private final Wire wire;
    private final ForgeView view;
    private final GiteaClient alice;

    private World(Path directory, String image, Map<String, Object> settings) throws IOException {
        try {
            broker = keep(EmbeddedBroker.start(directory.resolve("broker"), FreePorts.forBroker()));
            forge = keep(PracticeForge.start(directory.resolve("forge"), 0));
            People.settle(forge);
            broker.awaitReady(BROKER);
            var properties = properties(directory, image);
            properties.putAll(settings);
            stages = keep(AllInOne.start(properties));
            door = keep(new Door(stages.port()));
            wire = keep(new Wire(stages.kafka(), stages.contracts(), stages.topics()));
            view = keep(new ForgeView(forge.url(), REPO, People.BOT_TOKEN));
            alice = keep(GiteaClient.connect(forge.url(), People.ALICE_TOKEN, Duration.ofSeconds(10)));
            forge.createWebhook(
                    REPO, at("/webhooks/gitea"), DemoWorld.WEBHOOK_SECRET, List.of("issues", "issue_comment"));
        } catch (IOException | RuntimeException failed) {
            close();
            throw failed;
        }
    }

    /**
     * Starts it; takes some ten seconds. Skips the test where there is no Docker.
     *
     * @param directory for this world alone
     * @param settings properties of the stages that differ from what all tests use
     */
    static World start(Path directory, Map<String, Object> settings) throws IOException {
        return new World(directory, Engine.image(), settings);
    }

    /** Where ingest answers. */
    URI at(String path) {
        return URI.create("http://127.0.0.1:" + stages.port() + path);
    }

    URI forgeUrl() {
        return forge.url();
    }

    EmbeddedBroker broker() {
        return broker;
    }

    AllInOne stages() {
        return stages;
    }

    Topics topics() {
        return stages.topics();
    }

    Door door() {
        return door;
    }

    Wire wire() {
        return wire;
    }

    /** The repository as people see it. */
    ForgeView forge() {
        return view;
    }

    /** An issue without label or mention, so that nothing comes of it by itself. */
    long newIssue(String title) {
        return forge.createIssue(REPO, "bob", title, "plain");
    }

    /** Asks for a task with this script through the API. */
    TaskId ask(long issue, String... script) throws IOException, InterruptedException {
        return new TaskId(door.ask(
                API_TOKEN,
                Map.of(
                        "repo",
                        REPO.toString(),
                        "number",
                        issue,
                        "title",
                        "A task of the tests",
                        "instruction",
                        "Run the script.",
                        "script",
                        List.of(script))));
    }

    /** One more repository with these files, as people see it. */
    ForgeView newRepository(RepoId repo, Map<String, String> files) throws IOException {
        forge.createRepository(repo, files);
        forge.allow(repo, "agent-bot", Access.WRITE);
        return keep(new ForgeView(forge.url(), repo, People.BOT_TOKEN));
    }

    /** Asks for a task in that repository through the API. */
    TaskId askIn(RepoId repo, String instruction) throws IOException, InterruptedException {
        return new TaskId(door.ask(
                API_TOKEN,
                Map.of("repo", repo.toString(), "title", "A task of the tests", "instruction", instruction)));
    }

    /** Asks for a task of this agent through the API. */
    TaskId askOf(String agent, long issue) throws IOException, InterruptedException {
        return new TaskId(door.ask(
                API_TOKEN,
                Map.of(
                        "repo",
                        REPO.toString(),
                        "number",
                        issue,
                        "title",
                        "A task of the tests",
                        "instruction",
                        "Say hello.",
                        "agent",
                        agent)));
    }

    /** Comments as the repository's owner; the forge tells ingest. */
    long comment(long issue, String body) {
        return alice.addComment(REPO, issue, body).id();
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception failed) {
                throw new IllegalStateException("a part of the world did not end", failed);
            }
        }
    }

    /** Who and what is there before anything happens. */
    static final class People {
        static final String ALICE_TOKEN = "token-of-alice";
        static final String BOT_TOKEN = "token-of-the-bot";

        private People() {}

        static void settle(PracticeForge forge) {
            forge.createAccount("alice", ALICE_TOKEN);
            forge.createAccount("bob", "token-of-bob");
            forge.createAccount("agent-bot", BOT_TOKEN);
            forge.createRepository(REPO, Map.of("README.md", "# demo2\n\nA repository to practise on.\n"));
            forge.allow(REPO, "agent-bot", Access.WRITE);
            forge.createLabel(REPO, "agent", "00aabb");
            forge.createIssue(REPO, 1, "bob", "First", "plain");
            forge.createIssue(REPO, DemoWorld.ISSUE, "bob", "Second", "plain");
            forge.label(REPO, DemoWorld.ISSUE, "agent", "alice");
        }
    }

    private Map<String, Object> properties(Path directory, String image) throws IOException {
        Map<String, Object> properties = new HashMap<>();
        properties.put("server.port", "0");
        properties.put("server.address", "127.0.0.1");
        properties.put("millrace.kafka.bootstrap-servers", broker.bootstrapServers());
        properties.put("millrace.kafka.schema-registry-url", "mock://world" + COUNT.incrementAndGet());
        properties.put("millrace.kafka.partitions", "2");
        properties.put("millrace.gitea.url", forge.url().toString());
        properties.put("millrace.gitea.token-file", file(directory, "token", People.BOT_TOKEN));
        properties.put(
                "millrace.dispatch.state-directory",
                directory.resolve("dispatch").toString());
        properties.put("millrace.ingest.webhook.secret-file", file(directory, "secret", DemoWorld.WEBHOOK_SECRET));
        properties.put("millrace.ingest.api.token-file", file(directory, "api-token", API_TOKEN));
        properties.put("millrace.worker.sandbox.image", image);
        properties.put("millrace.worker.repositories.url", forge.url().toString());
        properties.put(
                "millrace.worker.repositories.cache",
                directory.resolve("mirrors").toString());
        properties.put("millrace.worker.agent.default", "script");
        for (int line = 0; line < DemoWorld.SCRIPT.size(); line++) {
            properties.put("millrace.worker.agent.script[%d]".formatted(line), DemoWorld.SCRIPT.get(line));
        }
        properties.put(
                "millrace.sink.cache-directory", directory.resolve("sink").toString());
        properties.put("millrace.sink.conversation.interval", "500ms");
        return properties;
    }

    private static String file(Path directory, String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content).toString();
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }
}
