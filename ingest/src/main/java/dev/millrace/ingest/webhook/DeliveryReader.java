package dev.millrace.ingest.webhook;

import dev.millrace.ingest.door.Problem;
import dev.millrace.ingest.trigger.ForgeEvent;
import dev.millrace.schemas.id.RepoId;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads verified deliveries. Thread-safe. */
final class DeliveryReader {
    /** The deepest delivery that was recorded has 5 levels. */
    private static final int DEPTH = 64;

    private static final int MOST_LABELS = 1000;
    /** Gitea's rule for names, with room for those that other directories bring along. */
    private static final Pattern LOGIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}");

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH)
                            .maxNumberLength(100)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    /**
     * What happened.
     *
     * @throws Problem 400 if the payload is no JSON object, or lacks what such an event needs
     */
    ForgeEvent read(DeliveryHeaders headers, byte[] payload) {
        if (headers.event().isEmpty()) {
            throw bad("the header X-Gitea-Event is missing; only Gitea and Forgejo deliver here");
        }
        try {
            return switch (headers.kind()) {
                case "issues", "issue_label" -> issue(headers.kind(), parsed(payload));
                case "issue_comment" -> comment(headers.kind(), parsed(payload));
                case "pull_request_comment" -> {
                    // As an event type it is a conversation, as a bare event it is a review.
                    if (headers.eventType().isEmpty()) {
                        yield skipped(headers.kind(), payload);
                    }
                    yield comment(headers.kind(), parsed(payload));
                }
                default -> skipped(headers.kind(), payload);
            };
        } catch (JacksonException broken) {
            throw bad("the payload is not the JSON of a delivery, at " + place(broken));
        }
    }

    private static ForgeEvent issue(String kind, Payload payload) {
        String action = present(payload.action(), "action");
        return switch (action) {
            case "opened" -> new ForgeEvent.IssueOpened(issue(payload), login(payload.sender(), "sender"));
            // Sent for labels that came as well as for those that went; label_cleared still lists those that went.
            case "label_updated" -> new ForgeEvent.IssueLabelled(issue(payload), login(payload.sender(), "sender"));
            default -> other(kind, action);
        };
    }

    private static ForgeEvent comment(String kind, Payload payload) {
        String action = present(payload.action(), "action");
        if (!action.equals("created")) {
            return other(kind, action); // edited, deleted; Gitea 1.15 sends reviews this way, as reviewed
        }
        var comment = present(payload.comment(), "comment");
        return new ForgeEvent.CommentCreated(
                issue(payload),
                new ForgeEvent.Comment(
                        positive(comment.id(), "comment.id"),
                        login(comment.user(), "comment.user"),
                        Objects.requireNonNullElse(comment.body(), "")),
                login(payload.sender(), "sender"));
    }

    private static ForgeEvent.Issue issue(Payload payload) {
        var issue = present(payload.issue(), "issue");
        boolean pull = issue.pullRequest() != null || Boolean.TRUE.equals(payload.isPull());
        return new ForgeEvent.Issue(
                repo(payload),
                positive(issue.number(), "issue.number"),
                Objects.requireNonNullElse(issue.title(), ""),
                Objects.requireNonNullElse(issue.body(), ""),
                labels(issue.labels()),
                pull);
    }

    private static List<String> labels(@Nullable List<Payload.@Nullable Label> labels) {
        if (labels == null) {
            return List.of();
        }
        return labels.stream()
                .limit(MOST_LABELS)
                .filter(Objects::nonNull)
                .map(Payload.Label::name)
                .filter(Objects::nonNull)
                .toList();
    }

    private static RepoId repo(Payload payload) {
        String name = present(present(payload.repository(), "repository").fullName(), "repository.full_name");
        try {
            return RepoId.parse(name);
        } catch (IllegalArgumentException nonsense) {
            throw bad("repository.full_name: " + nonsense.getMessage());
        }
    }

    private static String login(Payload.@Nullable User user, String field) {
        var present = present(user, field);
        String login = present.login() == null || present.login().isEmpty() ? present.username() : present.login();
        if (!LOGIN.matcher(present(login, field + ".login")).matches()) {
            throw bad(field + ".login is not the name of a user");
        }
        return present(login, field + ".login");
    }

    private static long positive(@Nullable Long number, String field) {
        if (present(number, field) <= 0) {
            throw bad(field + " is not positive");
        }
        return present(number, field);
    }

    private static <T> T present(@Nullable T value, String field) {
        if (value == null) {
            throw bad(field + " is missing");
        }
        return value;
    }

    private static Payload parsed(byte[] payload) {
        Payload parsed = JSON.readValue(payload, Payload.class);
        if (parsed == null) {
            throw bad("the payload is not a JSON object");
        }
        return parsed;
    }

    /** Builds nothing, but still refuses what is no JSON object. */
    private static ForgeEvent skipped(String kind, byte[] payload) {
        try (JsonParser parser = JSON.createParser(payload)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw bad("the payload is not a JSON object");
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw bad("something follows the payload's JSON object");
            }
        }
        return new ForgeEvent.Other(kind);
    }

    private static ForgeEvent other(String kind, String action) {
        return new ForgeEvent.Other(action.length() <= 40 ? kind + " " + action.replaceAll("\\W", "?") : kind);
    }

    private static String place(JacksonException broken) {
        var at = broken.getLocation();
        return at == null ? "its start" : "line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
    }

    private static Problem bad(String detail) {
        return Problem.of(HttpStatus.BAD_REQUEST, detail);
    }
}
