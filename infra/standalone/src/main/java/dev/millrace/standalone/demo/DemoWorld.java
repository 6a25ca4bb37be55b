package dev.millrace.standalone.demo;

import dev.millrace.schemas.id.RepoId;
import dev.millrace.scripted.Scenario;
import dev.millrace.standalone.forge.Access;
import dev.millrace.standalone.forge.PracticeForge;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The forge that the recorded delivery tells of: alice's repository, bob's issue, and the bot. */
public final class DemoWorld implements AutoCloseable {
    public static final RepoId REPO = new RepoId("alice", "demo2");
    public static final long ISSUE = 2;
    /** What the delivery was signed with when it was recorded. */
    public static final String WEBHOOK_SECRET = "s3cret";

    /** What the scripted agent does, and what the pull request must then hold. */
    public static final List<String> SCRIPT = List.of(
            "cat README.md",
            "printf '#!/bin/sh\\necho \"Hello from Millrace\"\\n' > hello.sh && chmod +x hello.sh",
            "./hello.sh",
            "printf '\\nRun `./hello.sh` to be greeted.\\n' >> README.md");

    public static final String EXPECTED_FILE = "hello.sh";
    /** In the pull request's diff. */
    public static final String EXPECTED_LINE = "+echo \"Hello from Millrace\"";

    /** What a scripted model has the agents do that need one; the same. */
    public static Scenario scenario() {
        return PracticeModel.following(
                SCRIPT,
                PracticeModel.edit(EXPECTED_FILE, "", "#!/bin/sh\necho \"Hello from Millrace\"\n"),
                "Added `hello.sh`, which greets whoever runs it.");
    }

    private static final Map<String, String> FILES = Map.of(
            "README.md", "# demo2\n\nA repository to practise on.\n",
            "src/greeting.txt", "Hello\n");

    private final PracticeForge forge;
    private final String aliceToken;
    private final String botToken;

    private DemoWorld(PracticeForge forge, String aliceToken, String botToken) {
        this.forge = forge;
        this.aliceToken = aliceToken;
        this.botToken = botToken;
    }

    /**
     * Starts the forge and puts everything in it that is not there yet.
     *
     * @param directory of the forge's own
     */
    public static DemoWorld start(Path directory) throws IOException {
        var forge = PracticeForge.start(directory, 0);
        String aliceToken = UUID.randomUUID().toString();
        String botToken = UUID.randomUUID().toString();
        forge.createAccount("alice", aliceToken);
        forge.createAccount("bob", UUID.randomUUID().toString());
        forge.createAccount("agent-bot", botToken);
        forge.createRepository(REPO, FILES);
        forge.allow(REPO, "agent-bot", Access.WRITE);
        forge.createLabel(REPO, "agent", "00aabb");
        forge.createIssue(REPO, 1, "bob", "First", "plain");
        forge.createIssue(REPO, ISSUE, "bob", "Second", "plain");
        forge.label(REPO, ISSUE, "agent", "alice");
        return new DemoWorld(forge, aliceToken, botToken);
    }

    public URI url() {
        return forge.url();
    }

    public String botToken() {
        return botToken;
    }

    /** The owner's, who may ask the bot. */
    public String aliceToken() {
        return aliceToken;
    }

    public URI issuePage() {
        return forge.url().resolve("/%s/issues/%d".formatted(REPO, ISSUE));
    }

    /** One more issue of bob's that alice labelled. */
    public void labelledIssue(long number) {
        forge.createIssue(REPO, number, "bob", "Issue " + number, "plain");
        forge.label(REPO, number, "agent", "alice");
    }

    /** From now on what happens in the forge is told to ingest, as a real Gitea would. */
    public void connect(URI webhooks) {
        forge.createWebhook(REPO, webhooks, WEBHOOK_SECRET, List.of("issues", "issue_comment"));
    }

    @Override
    public void close() {
        forge.close();
    }
}
