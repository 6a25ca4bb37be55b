package dev.millrace.ingest.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/**
 * Deliveries as they were recorded, damaged in every way that chance thinks of, over real connections. 50,000 of them,
 * or as many as {@code -Dmillrace.fuzz.deliveries} says; those come in the same order each time, so that one that fails
 * is found again by its number.
 */
@SpringBootTest(
        classes = IngestApp.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.threads.virtual.enabled=true",
            "logging.level.dev.millrace=OFF",
            "millrace.ingest.who.per-user=1000000",
            "millrace.ingest.who.per-issue=1000000",
            "millrace.ingest.webhook.secret-file=src/test/resources/webhook-secret",
            "millrace.ingest.webhook.answer-within=1m"
        })
class FuzzedDeliveriesTest {
    private static final int USUAL = 50_000;
    private static final int CONNECTIONS = 8;
    /** Of the usual number; more of them take longer. */
    private static final Duration LONGEST = Duration.ofSeconds(55);

    @LocalServerPort
    private int port;

    @Autowired
    private FakeBroker broker;

    @Autowired
    private FakeGitea forge;

    @BeforeEach
    void calm() {
        broker.calm();
        forge.reset();
    }

    @Test
    void noneIsAFaultOfOursAndNoneIsTakenUnsigned() throws Exception {
        int asked = Integer.getInteger("millrace.fuzz.deliveries", USUAL);
        long end = asked > USUAL ? Long.MAX_VALUE : System.nanoTime() + LONGEST.toNanos();
        var seeds = seeds();
        var next = new AtomicLong();
        var signed = new AtomicLong();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int one = 0; one < CONNECTIONS; one++) {
                running.add(threads.submit(() -> {
                    send(seeds, next, asked, end, signed);
                    return null;
                }));
            }
            for (var one : running) {
                one.get();
            }
        } catch (ExecutionException failed) {
            throw new AssertionError(failed.getCause());
        }
        // Chance did not damage everything beyond recognition, or this would have shown nothing.
        assertThat(signed.get()).isPositive();
        assertThat(next.get()).isPositive();
    }

    private void send(List<Seed> seeds, AtomicLong next, int asked, long end, AtomicLong accepted) throws IOException {
        try (var sender = new Sender(port)) {
            for (long number = next.getAndIncrement();
                    number < asked && System.nanoTime() - end < 0;
                    number = next.getAndIncrement()) {
                var fuzzed = Fuzzed.of(seeds, number);
                int status = sender.send(fuzzed.head(), fuzzed.body());
                assertThat(status).as("delivery %d: %s", number, fuzzed).isBetween(200, 499);
                if (status < 300) {
                    assertThat(fuzzed.signed())
                            .as("delivery %d was taken unsigned: %s", number, fuzzed)
                            .isTrue();
                    if (accepted.incrementAndGet() % 1000 == 0) {
                        broker.calm(); // forgets what it was sent
                    }
                }
            }
        }
    }

    /** All recordings that are here, and always a few that are made up. */
    private static List<Seed> seeds() {
        return Stream.concat(
                        Stream.of(
                                new Seed("issue_comment", "issue_comment", "application/json", bytes(COMMENT)),
                                new Seed("issues", "issue_label", "application/json", bytes(LABEL)),
                                new Seed("push", "push", "application/json", bytes(PUSH))),
                        Recordings.find().stream()
                                .flatMap(all -> all.all().stream())
                                .map(one -> new Seed(
                                        one.headers().getOrDefault("X-Gitea-Event", ""),
                                        one.headers().getOrDefault("X-Gitea-Event-Type", ""),
                                        one.isJson() ? "application/json" : "application/x-www-form-urlencoded",
                                        one.body())))
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static final String COMMENT = """
            {"action": "created", "is_pull": false,
             "issue": {"number": 2, "title": "It breaks", "body": "When I press it.", "labels": null},
             "comment": {"id": 20, "user": {"login": "bob"}, "body": "@agent-bot fix it"},
             "repository": {"full_name": "Alice/demo2"}, "sender": {"login": "bob"}}""";

    private static final String LABEL = """
            {"action": "label_updated", "number": 2,
             "issue": {"number": 2, "title": "It breaks", "body": "", "labels": [{"id": 1, "name": "agent"}]},
             "repository": {"full_name": "alice/demo2"}, "sender": {"login": "alice"}}""";

    private static final String PUSH = """
            {"ref": "refs/heads/main", "before": "0", "after": "0", "commits": [],
             "repository": {"full_name": "alice/demo2"}, "sender": {"login": "alice"}}""";
}
