package dev.millrace.standalone.forge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A forge with the accounts and the repository that most tests ask about; tokens are the logins, ten times. */
final class DemoForge {
    private DemoForge() {}

    static PracticeForge start(Path dir) throws IOException {
        var forge = PracticeForge.start(dir, 0);
        if (!forge.has(GiteaContract.REPO)) {
            for (String login : new String[] {"alice", "agent-bot", "bob"}) {
                forge.createAccount(login, token(login));
            }
            forge.createRepository(
                    GiteaContract.REPO,
                    Map.of("README.md", "# Demo\n", "src/add.sh", "#!/bin/sh\necho $(($1 - $2))\n"));
            forge.allow(GiteaContract.REPO, "agent-bot", Access.WRITE);
            forge.createLabel(GiteaContract.REPO, "agent", "00aabb");
        }
        return forge;
    }

    static String token(String login) {
        return login.repeat(10);
    }
}
