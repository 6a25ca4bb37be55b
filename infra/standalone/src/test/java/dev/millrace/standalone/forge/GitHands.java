package dev.millrace.standalone.forge;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Objects;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.ResetCommand;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;

/** One who clones, commits and pushes with JGit. */
final class GitHands implements AutoCloseable {
    private final Git git;
    private final UsernamePasswordCredentialsProvider credentials;

    private GitHands(Git git, UsernamePasswordCredentialsProvider credentials) {
        this.git = git;
        this.credentials = credentials;
    }

    static GitHands clone(URI url, String token, Path dir) throws GitAPIException {
        var credentials = new UsernamePasswordCredentialsProvider("anybody", token);
        var git = Git.cloneRepository()
                .setURI(url.toString())
                .setDirectory(dir.toFile())
                .setCredentialsProvider(credentials)
                .call();
        return new GitHands(git, credentials);
    }

    /** A commit on main that writes the file; its id. */
    String commit(String file, String content) throws GitAPIException, IOException {
        git.checkout().setName("main").call();
        git.reset().setMode(ResetCommand.ResetType.HARD).setRef("origin/main").call();
        Files.writeString(git.getRepository().getWorkTree().toPath().resolve(file), content);
        git.add().addFilepattern(file).call();
        return git.commit()
                .setMessage("Write " + file)
                .setAuthor("agent-bot", "agent-bot@example.com")
                .setCommitter("agent-bot", "agent-bot@example.com")
                .setSign(false)
                .call()
                .name();
    }

    /** Pushes what is on main, or with an empty source deletes. */
    RemoteRefUpdate push(String source, String ref) throws GitAPIException {
        Iterator<PushResult> results = git.push()
                .setRefSpecs(new RefSpec("+" + source + ":" + ref))
                .setCredentialsProvider(credentials)
                .call()
                .iterator();
        return results.next().getRemoteUpdate(ref);
    }

    /** The commit that the reference has over there. */
    String fetch(String ref) throws GitAPIException, IOException {
        git.fetch()
                .setRefSpecs(new RefSpec("+" + ref + ":refs/fetched"))
                .setCredentialsProvider(credentials)
                .call();
        return Objects.requireNonNull(git.getRepository().resolve("refs/fetched"))
                .name();
    }

    @Override
    public void close() {
        git.close();
    }
}
