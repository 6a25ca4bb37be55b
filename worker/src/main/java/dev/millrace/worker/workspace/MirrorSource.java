package dev.millrace.worker.workspace;

import dev.millrace.schemas.id.RepoId;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Objects;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.Transport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repositories of a forge, each with a bare mirror on this machine, so that only what is new is fetched. Addresses come
 * from configuration and the repository's checked name alone, and redirects are not followed.
 */
public final class MirrorSource implements RepositorySource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorSource.class);

    private final WorkspaceProperties properties;
    private final Mirrors mirrors;
    private final ReadToken token;

    /** @throws java.io.UncheckedIOException if the cache's directory cannot be used */
    public MirrorSource(WorkspaceProperties properties) {
        this.properties = properties;
        OwnConfigOnly.install();
        mirrors = new Mirrors(properties.cache(), properties.cacheSize().toBytes());
        token = new ReadToken(properties.tokenFile());
    }

    @Override
    public Checkout fetch(RepoId repo, String branch) {
        if (!branch.isEmpty() && !Repository.isValidRefName(Constants.R_HEADS + branch)) {
            throw new RepositoryRefused("'%s' is no name for a branch".formatted(branch));
        }
        Mirror mirror = mirrors.use(repo);
        boolean fetched = false;
        try {
            mirror.lock(properties.timeout());
            try {
                Checkout checkout = fetchOnceMoreIfDamaged(mirror, repo, branch);
                fetched = true;
                return checkout;
            } finally {
                mirror.unlock();
            }
        } finally {
            if (!fetched) {
                mirrors.release(mirror, false, properties.timeout());
            }
        }
    }

    private Checkout fetchOnceMoreIfDamaged(Mirror mirror, RepoId repo, String branch) {
        var deadline = new Deadline(properties.timeout());
        try {
            try {
                return fetch(mirror, repo, branch, deadline);
            } catch (IOException failed) {
                if (!isDamage(failed) || deadline.isCancelled() || !mirrors.discard(mirror)) {
                    throw failed;
                }
                LOG.warn("the mirror of {} is damaged: it is fetched anew", repo, failed);
                return fetch(mirror, repo, branch, deadline);
            }
        } catch (NoRemoteRepositoryException unknown) {
            mirrors.discard(mirror);
            throw new RepositoryRefused(
                    "there is no repository %s at %s that this worker's token may read"
                            .formatted(repo, properties.url()),
                    unknown);
        } catch (IOException | URISyntaxException failed) {
            throw new RepositoryUnavailable(
                    "could not fetch %s from %s: %s".formatted(repo, properties.url(), failed.getMessage()), failed);
        }
    }

    /** Whether it is this side's: what the forge does or does not answer is a fault of the transport. */
    private static boolean isDamage(IOException failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof MissingObjectException || cause instanceof CorruptObjectException) {
                return true;
            }
        }
        return !(failed instanceof TransportException);
    }

    /** Lets another worker have the cache. */
    @Override
    public void close() {
        mirrors.close();
    }

    private Checkout fetch(Mirror used, RepoId repo, String branch, Deadline deadline)
            throws IOException, URISyntaxException {
        Repository mirror = mirrors.open(used);
        try (Transport transport = Transport.open(mirror, properties.url() + "/" + repo + ".git")) {
            transport.setTimeout((int) Math.max(1, properties.timeout().toSeconds()));
            token.addTo(transport);
            Ref remote = remote(transport, repo, branch);
            Ref known = mirror.exactRef(remote.getName());
            if (known == null || !Objects.equals(remote.getObjectId(), known.getObjectId())) {
                String spec = "+%s:%s".formatted(remote.getName(), remote.getName());
                transport.fetch(deadline, List.of(new RefSpec(spec)));
            }
            return new Checkout(
                    mirror,
                    tip(mirror, remote.getName()),
                    Repository.shortenRefName(remote.getName()),
                    properties.depth(),
                    damaged -> mirrors.release(used, damaged, properties.timeout()));
        } catch (IOException | URISyntaxException | RuntimeException failed) {
            mirror.close();
            throw failed;
        }
    }

    /** The branch as the forge has it now. */
    private static Ref remote(Transport transport, RepoId repo, String branch) throws IOException {
        try (FetchConnection connection =
                transport.openFetch(List.of(new RefSpec("refs/heads/*:refs/heads/*")), Constants.HEAD)) {
            String name = Constants.R_HEADS + branch;
            if (branch.isEmpty()) {
                Ref head = connection.getRef(Constants.HEAD);
                if (head == null || !head.isSymbolic()) {
                    throw new RepositoryRefused("%s has no commit on its default branch yet".formatted(repo));
                }
                name = head.getTarget().getName();
            }
            Ref tip = connection.getRef(name);
            if (tip == null || tip.getObjectId() == null) {
                throw new RepositoryRefused("%s has no branch '%s'".formatted(repo, Repository.shortenRefName(name)));
            }
            return tip;
        }
    }

    private static ObjectId tip(Repository mirror, String name) throws IOException {
        @Nullable Ref tip = mirror.exactRef(name);
        if (tip == null || tip.getObjectId() == null) {
            throw new IOException("the mirror did not get " + name);
        }
        return tip.getObjectId();
    }
}
