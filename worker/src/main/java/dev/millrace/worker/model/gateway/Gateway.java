package dev.millrace.worker.model.gateway;

import dev.millrace.worker.sandbox.Connection;
import dev.millrace.worker.sandbox.Listener;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.HttpService;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.http.protocol.HttpProcessorBuilder;
import org.apache.hc.core5.http.protocol.ResponseConnControl;
import org.apache.hc.core5.http.protocol.ResponseContent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of one attempt's sandbox to models: HTTP over connections that come out of it. Who asks is known by where the
 * connection comes from, so that no key is needed, and none that is sent counts. Thread-safe.
 */
public final class Gateway implements AutoCloseable {
    /** Where agents expect it, on 127.0.0.1 in their sandbox. */
    public static final int PORT = 4001;

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);
    private static final Http1Config BOUNDS = Http1Config.custom()
            .setMaxLineLength(16 * 1024)
            .setMaxHeaderCount(100)
            .setBufferSize(16 * 1024)
            .build();

    private final ModelCalls calls;
    private final HttpService service;
    private final Semaphore free;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("gateway-", 0).factory());
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Gateway(Gateways.Shared shared, Terms terms) {
        calls = new ModelCalls(shared, terms);
        free = new Semaphore(shared.limits().connections());
        service = HttpService.builder()
                .withHttpProcessor(HttpProcessorBuilder.create()
                        .addAll(new ResponseContent(), new ResponseConnControl())
                        .build())
                .withHttpServerRequestHandler(new Requests(shared, new CallsOverHttp(calls)))
                .withHttp1Config(BOUNDS)
                .build();
    }

    /** Serves all connections of a port, until this is closed or the port is. Returns at once; the port is closed here. */
    public void serve(Listener listener) {
        open.add(listener);
        threads.execute(() -> {
            try (listener) {
                while (!closed) {
                    accept(listener.accept());
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (SandboxUnavailable ended) {
                LOG.debug("No more connections to models: {}", ended.getMessage());
            } finally {
                open.remove(listener);
            }
        });
    }

    private void accept(Connection connection) {
        if (!free.tryAcquire()) {
            connection.close();
            return;
        }
        try {
            threads.execute(() -> {
                try {
                    serve(connection);
                } finally {
                    free.release();
                }
            });
        } catch (RejectedExecutionException _) {
            // Closed between its acceptance and now.
            connection.close();
        }
    }

    /** Serves one connection until either side ends it; it is closed then. */
    public void serve(Connection connection) {
        open.add(connection);
        try (connection;
                var http = new ServerConnection(connection, BOUNDS)) {
            while (!closed && http.isOpen()) {
                service.handleRequest(http, HttpCoreContext.create());
            }
        } catch (IOException | HttpException | SandboxUnavailable over) {
            // Programs in a sandbox come and go as they like.
            LOG.debug("A connection to models has ended: {}", over.getClass().getSimpleName());
        } finally {
            open.remove(connection);
        }
    }

    /** Why the last request got no answer, if it did not. */
    public Optional<Hindrance> hindrance() {
        return calls.hindrance();
    }

    /** Ends what is under way; what it used until then is counted. Never throws. */
    @Override
    public void close() {
        closed = true;
        threads.shutdownNow();
        List<AutoCloseable> ends = new ArrayList<>(open);
        for (AutoCloseable end : ends) {
            try {
                end.close();
            } catch (Exception broken) {
                LOG.debug(
                        "A connection to models did not close: {}",
                        broken.getClass().getSimpleName());
            }
        }
        try {
            if (!threads.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Calls to models did not end within {}", LAST_WORDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
