package dev.millrace.worker.workspace;

import dev.millrace.schemas.id.RepoId;
import java.io.IOException;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Repositories of a forge, each with a bare mirror on this machine, so that only what is new is fetched. Addresses come
 * from configuration and the repository's checked name alone, and redirects are not followed.
 */
public final class MirrorSource implements RepositorySource {
    private final WorkspaceProperties properties;
    private final Mirrors mirrors;
    private final ReadToken token;
    private final ConcurrentMap<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    public MirrorSource(WorkspaceProperties properties) {
        this.properties = properties;
        OwnConfigOnly.install();
        mirrors = new Mirrors(properties.cache());
        token = new ReadToken(properties.tokenFile());
    }

    @Override
    public Checkout fetch(RepoId repo, String branch) {
        if (!branch.isEmpty() && !Repository.isValidRefName(Constants.R_HEADS + branch)) {
            throw new RepositoryRefused("'%s' is no name for a branch".formatted(branch));
        }
        var deadline = new Deadline(properties.timeout());
        ReentrantLock lock = lock(repo, properties.timeout());
        try {
            return fetch(repo, branch, deadline);
        } catch (NoRemoteRepositoryException unknown) {
            throw new RepositoryRefused(
                    "there is no repository %s at %s that this worker's token may read"
                            .formatted(repo, properties.url()),
                    unknown);
        } catch (IOException | URISyntaxException failed) {
            throw new RepositoryUnavailable(
                    "could not fetch %s from %s: %s".formatted(repo, properties.url(), failed.getMessage()), failed);
        } finally {
            lock.unlock();
        }
    }

    private Checkout fetch(RepoId repo, String branch, Deadline deadline) throws IOException, URISyntaxException {
        Repository mirror = mirrors.open(repo);
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
                    _ -> {});
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

    private ReentrantLock lock(RepoId repo, Duration limit) {
        ReentrantLock lock = locks.computeIfAbsent(repo.key(), _ -> new ReentrantLock());
        try {
            if (lock.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                return lock;
            }
            throw new RepositoryUnavailable("%s was being fetched for longer than %s".formatted(repo, limit));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RepositoryUnavailable("interrupted while waiting to fetch " + repo, interrupted);
        }
    }
}
