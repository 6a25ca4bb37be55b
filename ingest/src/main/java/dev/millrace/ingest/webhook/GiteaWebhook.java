package dev.millrace.ingest.webhook;

import dev.millrace.gitea.ForgeRefused;
import dev.millrace.gitea.ForgeUnavailable;
import dev.millrace.ingest.door.Accepted;
import dev.millrace.ingest.door.Bodies;
import dev.millrace.ingest.door.Deadline;
import dev.millrace.ingest.door.IncomingTrace;
import dev.millrace.ingest.door.Door;
import dev.millrace.ingest.door.Problem;
import dev.millrace.ingest.hearing.Hearing;
import dev.millrace.ingest.trigger.ForgeEvent;
import dev.millrace.ingest.trigger.Ruling;
import dev.millrace.schemas.topic.BrokerUnavailable;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;

/** Where Gitea delivers. One line is logged per delivery, never its body. */
@Door
final class GiteaWebhook {
    private static final Logger LOG = LoggerFactory.getLogger(GiteaWebhook.class);

    private final WebhookProperties properties;
    private final Bodies bodies;
    private final Optional<Signature> signature;
    private final Optional<Hearing> hearing;
    private final DeliveryReader reader = new DeliveryReader();

    /**
     * The webhook.
     *
     * @param signature empty where no secret is configured
     * @param hearing empty where no forge is configured
     */
    GiteaWebhook(WebhookProperties properties, Optional<Signature> signature, Optional<Hearing> hearing) {
        this.properties = properties;
        this.bodies = new Bodies(properties.maxBody(), properties.bodiesInFlight());
        this.signature = signature;
        this.hearing = hearing;
    }

    @PostMapping("/webhooks/gitea")
    ResponseEntity<Accepted.Task> deliver(HttpServletRequest request) throws IOException {
        var deadline = Deadline.in(properties.answerWithin());
        var headers = DeliveryHeaders.of(request);
        try {
            byte[] payload = verified(request, headers, deadline);
            var ruling = ruling(reader.read(headers, payload), deadline);
            follow(ruling, request, deadline);
            log(headers, shown(ruling));
            return switch (ruling) {
                case Ruling.Task task -> Accepted.answer(task.id());
                case Ruling.Wanted _ -> ResponseEntity.accepted().build();
                case Ruling.Answered _, Ruling.Refused _, Ruling.Ignored _ ->
                    ResponseEntity.noContent().build();
            };
        } catch (Problem problem) {
            log(headers, "%d, %s".formatted(problem.status().value(), problem.detail()));
            throw problem;
        } catch (IOException brokenOff) {
            log(headers, "400, the body broke off");
            throw brokenOff;
        }
    }

    /** The payload, once it is certain that who knows the secret sent it. */
    private byte[] verified(HttpServletRequest request, DeliveryHeaders headers, Deadline deadline) throws IOException {
        bodies.checkLength(request);
        var encoding = Encoding.of(request.getContentType());
        var secret = signature.orElseThrow(() -> Problem.of(
                HttpStatus.FORBIDDEN,
                "no webhook is served: set millrace.ingest.webhook.secret-file to a file with the webhook's secret"));
        if (headers.signature().isEmpty()) {
            throw unsigned("the delivery is not signed: set the secret in Gitea's webhook");
        }
        try (var body = bodies.read(request, deadline)) {
            return encoding.payload(body.bytes())
                    .filter(payload -> secret.matches(payload, headers.signature()))
                    .orElseThrow(() -> unsigned("the signature is not that of this payload: is the secret in Gitea's"
                            + " webhook the one in millrace.ingest.webhook.secret-file?"));
        }
    }

    private static Problem unsigned(String detail) {
        return Problem.of(HttpStatus.UNAUTHORIZED, detail);
    }

    private Ruling ruling(ForgeEvent event, Deadline deadline) {
        var judge = hearing.orElseThrow(
                () -> Problem.later("no forge is configured, so nobody can say who may ask: set millrace.gitea.url"));
        try {
            return deadline.await(() -> judge.rule(event));
        } catch (TimeoutException _) {
            throw Problem.later("the forge did not answer in time; nothing was started");
        } catch (ForgeUnavailable | ForgeRefused away) {
            LOG.warn("the forge could not be asked: {}", away.getMessage());
            throw Problem.later("the forge could not be asked who may start this; nothing was started");
        } catch (RuntimeException fault) {
            LOG.error("a fault of ours while the forge was asked", fault);
            throw Problem.later("something failed here and was logged; nothing was started");
        }
    }

    private void follow(Ruling ruling, HttpServletRequest request, Deadline deadline) {
        try {
            hearing.orElseThrow().follow(ruling, IncomingTrace.of(request), deadline);
        } catch (BrokerUnavailable away) {
            LOG.warn("a task was not taken: {}", away.getMessage());
            throw Problem.later("the broker did not take the task in time; nothing was started");
        }
    }

    private static String shown(Ruling ruling) {
        return switch (ruling) {
            case Ruling.Ignored(String reason) -> "ignored, " + reason;
            case Ruling.Refused refused -> "refused, " + refused.reason();
            case Ruling.Answered answered -> "answered, " + answered.what();
            case Ruling.Wanted wanted ->
                "%s, by %s on %s#%d"
                        .formatted(
                                wanted.what(),
                                wanted.request().getRequestedBy(),
                                wanted.place().repo(),
                                wanted.place().number());
            case Ruling.Task task -> {
                var request = task.request();
                yield "task %s, %s by %s on %s#%d, texts sha256:%s"
                        .formatted(
                                request.getTaskId(),
                                request.getTrigger(),
                                request.getRequestedBy(),
                                request.getRepo(),
                                request.getNumber(),
                                task.originalHash());
            }
        };
    }

    private static void log(DeliveryHeaders headers, String decision) {
        LOG.info("delivery {} {}: {}", headers.id(), headers.kind(), decision);
    }
}
