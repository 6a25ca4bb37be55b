package dev.millrace.standalone.forge;

import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Sends webhooks in the background, each once and never again, as Gitea does; what does not fit the queue is lost. */
final class Webhooks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
    private static final int MOST_WAITING = 256;

    private final BlockingQueue<Delivery> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final JsonMapper json = JsonMapper.builder().build();
    private final Thread sender =
            Thread.ofVirtual().name("practice-forge-webhooks").unstarted(this::send);

    void start() {
        sender.start();
    }

    /** Offers the event to every hook of the repository that asked for its type. */
    void fire(Ledger ledger, Ledger.Repo repo, String event, String type, ObjectNode payload) {
        for (var hook : ledger.hooks()) {
            if (hook.repo() == repo.id() && hook.active() && hook.types().contains(type)) {
                send(hook, event, type, payload);
            }
        }
    }

    /** Offers the event to one hook, whatever it asked for. */
    void send(Ledger.Hook hook, String event, String type, ObjectNode payload) {
        String body = json.writerWithDefaultPrettyPrinter().writeValueAsString(payload);
        var delivery =
                new Delivery(UUID.randomUUID(), hook.url(), hook.contentType(), hook.secret(), event, type, body);
        if (!waiting.offer(delivery)) {
            LOG.warn("webhook {} to {} was dropped: {} are waiting already", type, hook.url(), MOST_WAITING);
        }
    }

    private void send() {
        try {
            while (true) {
                var delivery = waiting.take();
                deliver(delivery);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(Delivery delivery) throws InterruptedException {
        var answer = http.sendAsync(delivery.request(), BodyHandlers.discarding());
        try {
            int status = answer.get(Delivery.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .statusCode();
            LOG.debug("webhook {} {} was answered {}", delivery.type(), delivery.id(), status);
        } catch (ExecutionException | TimeoutException failed) {
            LOG.warn("webhook {} {} to {} failed", delivery.type(), delivery.id(), delivery.url(), failed);
        } finally {
            answer.cancel(true);
        }
    }

    @Override
    public void close() {
        sender.interrupt();
        http.shutdownNow();
    }
}
