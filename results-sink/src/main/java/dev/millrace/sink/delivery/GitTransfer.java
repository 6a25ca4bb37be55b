package dev.millrace.sink.delivery;

import dev.millrace.gitea.ForgeUnavailable;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.sink.text.ForeignText;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.internal.JGitText;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;

/** Git's own wire to the forge: fetches all branches, creates one. Thread-safe. */
final class GitTransfer {
    /** How the other end answered a push. */
    enum Pushed {
        YES,
        OTHERWISE_TAKEN
    }

    private final Optional<GitToken> token;
    private final Duration timeout;

    /**
     * @param token whose account fetches and pushes; without one only what the forge lets anybody do succeeds
     * @param timeout of each silence of the other end, in whole seconds
     */
    GitTransfer(Optional<GitToken> token, Duration timeout) {
        this.token = token;
        this.timeout = timeout;
    }

    /** Makes the repository's branches those of the forge. */
    void fetch(Repository into, RepoId repo, URI from) {
        try (var transport = open(into, from)) {
            transport.setTagOpt(TagOpt.NO_TAGS);
            transport.setCheckFetchedObjects(true);
            transport.setRemoveDeletedRefs(true);
            transport.fetch(NullProgressMonitor.INSTANCE, List.of(new RefSpec("+refs/heads/*:refs/heads/*")));
        } catch (TransportException | NotSupportedException failed) {
            throw fault(repo, failed);
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Creates the branch; passes too where it is that commit already. */
    Pushed create(String branch, ObjectId commit, Repository from, RepoId repo, URI to) throws IOException {
        String ref = "refs/heads/" + branch;
        try (var transport = open(from, to)) {
            var update = new RemoteRefUpdate(from, null, commit, ref, false, null, ObjectId.zeroId());
            var result = transport.push(NullProgressMonitor.INSTANCE, List.of(update));
            return judged(result.getRemoteUpdate(ref), result, repo);
        } catch (TransportException | NotSupportedException failed) {
            throw fault(repo, failed);
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Transport open(Repository local, URI remote)
            throws URISyntaxException, NotSupportedException, TransportException {
        StoredConfig config = local.getConfig();
        // The forge's address is configured; an answer does not get to choose another one for the token.
        config.setString("http", null, "followRedirects", "false");
        var transport = Transport.open(local, new URIish(remote.toString()));
        transport.setTimeout(Math.toIntExact(Math.max(1, timeout.toSeconds())));
        if (transport instanceof TransportHttp http && token.isPresent()) {
            http.setAdditionalHeaders(Map.of("Authorization", token.get().basic()));
        }
        return transport;
    }

    private static Pushed judged(RemoteRefUpdate update, PushResult result, RepoId repo) {
        return switch (update.getStatus()) {
            case OK, UP_TO_DATE -> Pushed.YES;
            case REJECTED_REMOTE_CHANGED, REJECTED_NONFASTFORWARD -> Pushed.OTHERWISE_TAKEN;
            case REJECTED_OTHER_REASON, REJECTED_NODELETE ->
                throw new DeliveryRefused("The forge refused the push: %s. %s"
                        .formatted(
                                ForeignText.line(String.valueOf(update.getMessage()), 200),
                                ForeignText.line(result.getMessages(), 500))
                        .strip());
            case NOT_ATTEMPTED, AWAITING_REPORT, NON_EXISTING ->
                throw new ForgeUnavailable(
                        "the push to %s ended without an answer (%s)".formatted(repo, update.getStatus()));
        };
    }

    /** JGit tells a refusal from a failure by its text only; here alone that is read. */
    private static RuntimeException fault(RepoId repo, Exception failed) {
        String message = String.valueOf(failed.getMessage());
        boolean unauthorized = Stream.of(
                        JGitText.get().notAuthorized,
                        JGitText.get().noCredentialsProvider,
                        JGitText.get().authenticationNotSupported)
                .anyMatch(message::endsWith);
        boolean forbidden = message.contains("not permitted on");
        if (unauthorized) {
            // The operator's to mend, and nothing is lost until then.
            return new ForgeUnavailable(
                    "the forge does not take the token for %s; check millrace.gitea.token-file".formatted(repo),
                    failed);
        }
        if (failed instanceof NoRemoteRepositoryException || forbidden) {
            return new DeliveryRefused(
                    "The forge does not let the bot at %s; check that it exists, and that the bot may write to it."
                            .formatted(repo));
        }
        return new ForgeUnavailable("git could not reach %s".formatted(repo), failed);
    }
}
