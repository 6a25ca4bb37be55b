package dev.millrace.worker.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Docker engine behind one client for all sandboxes. Every request has a limit of its own, since the client's own
 * timeout does not work on Unix sockets. Thread-safe.
 */
final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Duration REMOVAL = Duration.ofSeconds(20);
    private static final int CONNECTIONS = 1024;
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final DockerClient client;
    private final DockerClientConfig config;
    private final URI host;
    private final Duration timeout;
    private final ExecutorService requests = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("docker-", 0).factory());

    Engine(Duration timeout) {
        this(DefaultDockerClientConfig.createDefaultConfigBuilder().build(), timeout);
    }

    Engine(DockerClientConfig config, Duration timeout) {
        this.timeout = timeout;
        this.config = config;
        host = config.getDockerHost();
        client = DockerClientImpl.getInstance(
                config,
                new ApacheDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .sslConfig(config.getSSLConfig())
                        .maxConnections(CONNECTIONS)
                        .connectionTimeout(CONNECT)
                        .build());
    }

    /**
     * Asks the engine one thing, and waits no longer than the configured timeout.
     *
     * @param doing for the message of a failure, such as "start a sandbox"
     */
    <T extends @Nullable Object> T ask(String doing, Function<DockerClient, T> request) {
        return ask(doing, timeout, request);
    }

    /**
     * As {@link #ask}, but an interrupt waits for the answer, and the thread stays interrupted: the engine would finish
     * what it was asked all the same, when nobody knows of it any more.
     */
    <T extends @Nullable Object> T askToTheEnd(String doing, Function<DockerClient, T> request) {
        var answer = new FutureTask<T>(() -> ask(doing, request));
        Thread.ofVirtual().name("docker-to-the-end").start(answer);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answer.get();
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException failed) {
            throw unavailable(doing, failed.getCause() == null ? failed : failed.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private <T extends @Nullable Object> T ask(String doing, Duration limit, Function<DockerClient, T> request) {
        Future<T> answer;
        try {
            answer = requests.submit(() -> request.apply(client));
        } catch (RejectedExecutionException closed) {
            throw new SandboxUnavailable("cannot %s any more, this worker let go of Docker".formatted(doing), closed);
        }
        try {
            return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new SandboxUnavailable("interrupted while waiting for Docker to " + doing, interrupted);
        } catch (TimeoutException late) {
            answer.cancel(true);
            throw new SandboxUnavailable("Docker at %s took longer than %s to %s".formatted(host, limit, doing), late);
        } catch (ExecutionException failed) {
            throw unavailable(doing, failed.getCause() == null ? failed : failed.getCause());
        }
    }

    /** The standard streams of a container that is created and not yet started. */
    AttachedContainer attach(String container) {
        return ask("attach to a sandbox", _ -> {
            EngineSocket socket = null;
            try {
                socket = EngineSocket.connect(host, config.getSSLConfig(), CONNECT);
                Upgrade.toAttached(socket, version(), container);
                return new AttachedContainer(this, container, socket);
            } catch (IOException | DockerException failed) {
                if (socket != null) {
                    socket.close();
                }
                throw failed instanceof DockerException refused
                        ? refused
                        : new UncheckedIOException((IOException) failed);
            }
        });
    }

    /** Which API the configuration says is spoken, as the beginning of a path. */
    private String version() {
        RemoteApiVersion configured = config.getApiVersion();
        return RemoteApiVersion.UNKNOWN_VERSION.equals(configured) ? "" : "/" + configured.asWebPathPart();
    }

    /** Does something that nobody waits for; what fails is only noted. */
    void later(String doing, Function<DockerClient, ?> request) {
        try {
            requests.execute(() -> {
                try {
                    ask(doing, request);
                } catch (SandboxUnavailable failed) {
                    LOG.debug("Not done", failed);
                }
            });
        } catch (RejectedExecutionException _) {
            LOG.debug("Not done, this worker let go of Docker: {}", doing);
        }
    }

    /** Removes a container that ends by itself, for certain and soon; nobody waits for it. */
    void removeLater(String container) {
        later("remove a sandbox", docker -> removal(docker, container));
    }

    /** Removes a container if it is there. Never throws; an interrupted thread does it too, and stays interrupted. */
    void remove(String container) {
        boolean interrupted = Thread.interrupted();
        try {
            ask("remove a sandbox", REMOVAL, docker -> removal(docker, container));
        } catch (SandboxUnavailable failed) {
            // Gone already, or being removed by the engine itself, is what was wanted.
            if (!(failed.getCause() instanceof NotFoundException || failed.getCause() instanceof ConflictException)) {
                LOG.warn("Left container {} to its own lifetime", container, failed);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Void removal(DockerClient docker, String container) {
        return docker.removeContainerCmd(container)
                .withForce(true)
                .withRemoveVolumes(true)
                .exec();
    }

    /** What a failed request means to whoever wanted a sandbox. */
    SandboxUnavailable unavailable(String doing, Throwable why) {
        return switch (why) {
            case SandboxUnavailable known -> known;
            case NotFoundException _, ConflictException _ ->
                new SandboxUnavailable(
                        "could not %s, its container is gone (died, removed, or past its lifetime): %s"
                                .formatted(doing, firstLine(why)),
                        why);
            case DockerException _ ->
                new SandboxUnavailable("Docker refused to %s: %s".formatted(doing, firstLine(why)), why);
            case Throwable _
            when isConnection(why) ->
                new SandboxUnavailable(
                        "no Docker engine answers at %s (%s): start it, or let DOCKER_HOST name one that this user may use"
                                .formatted(host, firstLine(why)),
                        why);
            case Throwable _ -> new SandboxUnavailable("could not %s: %s".formatted(doing, firstLine(why)), why);
        };
    }

    private static boolean isConnection(Throwable why) {
        return why instanceof IOException
                || why instanceof UncheckedIOException
                || (why.getCause() != null && isConnection(why.getCause()));
    }

    private static String firstLine(Throwable why) {
        String message = why.getMessage();
        return message == null
                ? why.getClass().getSimpleName()
                : message.lines().findFirst().orElse("").strip();
    }

    @Override
    public void close() {
        requests.shutdownNow();
        try {
            client.close();
        } catch (IOException _) {
            // Nothing depends on it any more.
        }
    }
}
