package dev.millrace.ingest.webhook;

import dev.millrace.ingest.door.Problem;
import dev.millrace.ingest.trigger.ForgeEvent;
import dev.millrace.schemas.id.RepoId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
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

    private static final int MOST_NAMES = 1000;
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
                case "issues", "issue_label", "issue_assign", "issue_comment" -> event(headers.kind(), parsed(payload));
                case "pull_request", "pull_request_label", "pull_request_assign", "pull_request_review_request" ->
                    event(headers.kind(), parsed(payload));
                // As an event type it is a conversation, as a bare event it is a review.
                case "pull_request_comment" -> event(headers.kind(), parsed(payload));
                case "pull_request_review_comment", "pull_request_review_approved", "pull_request_review_rejected" ->
                    event(headers.kind(), parsed(payload));
                case "pull_request_approved", "pull_request_rejected" -> event(headers.kind(), parsed(payload));
                default -> skipped(headers.kind(), payload);
            };
        } catch (JacksonException broken) {
            throw bad("the payload is not the JSON of a delivery, at " + place(broken));
        }
    }

    /** Versions differ in how they name an event; what was done they all call the same. */
    private static ForgeEvent event(String kind, Payload payload) {
        String action = present(payload.action(), "action");
        return switch (action) {
            case "opened" -> new ForgeEvent.Opened(issue(payload), sender(payload));
            // Sent for labels that came as well as for those that went; label_cleared still lists those that went.
            case "label_updated" -> new ForgeEvent.Labelled(issue(payload), sender(payload));
            case "assigned" -> new ForgeEvent.Assigned(issue(payload), sender(payload));
            case "created" -> comment(payload);
            case "reviewed" -> new ForgeEvent.Reviewed(pull(payload), Optional.empty(), text(payload), sender(payload));
            case "review_requested" -> requested(kind, payload);
            default -> other(kind, action);
        };
    }

    /** Of a team's review, nobody in particular is told. */
    private static ForgeEvent requested(String kind, Payload payload) {
        return payload.reviewer() == null
                ? other(kind, "review_requested")
                : new ForgeEvent.ReviewRequested(
                        pull(payload), login(payload.reviewer(), "requested_reviewer"), sender(payload));
    }

    private static ForgeEvent comment(Payload payload) {
        var comment = present(payload.comment(), "comment");
        return new ForgeEvent.CommentCreated(
                issue(payload),
                new ForgeEvent.Comment(
                        positive(comment.id(), "comment.id"),
                        login(comment.user(), "comment.user"),
                        Objects.requireNonNullElse(comment.body(), "")),
                sender(payload));
    }

    private static String text(Payload payload) {
        var review = present(payload.review(), "review");
        return Objects.requireNonNullElse(review.content(), "");
    }

    private static String sender(Payload payload) {
        return login(payload.sender(), "sender");
    }

    private static ForgeEvent.Issue issue(Payload payload) {
        var issue = payload.issue();
        if (issue == null) {
            return pull(payload);
        }
        boolean pull = issue.pullRequest() != null || Boolean.TRUE.equals(payload.isPull());
        return issue(payload, issue, "issue", pull);
    }

    private static ForgeEvent.Issue pull(Payload payload) {
        return issue(payload, present(payload.pull(), "issue or pull_request"), "pull_request", true);
    }

    private static ForgeEvent.Issue issue(Payload payload, Payload.Issue issue, String field, boolean pull) {
        return new ForgeEvent.Issue(
                repo(payload),
                positive(issue.number() == null ? payload.number() : issue.number(), field + ".number"),
                Objects.requireNonNullElse(issue.title(), ""),
                Objects.requireNonNullElse(issue.body(), ""),
                names(issue.labels(), Payload.Label::name),
                names(issue.assignees(), Payload.User::name),
                pull);
    }

    private static <T> List<String> names(@Nullable List<@Nullable T> things, Function<T, @Nullable String> name) {
        List<String> names = new ArrayList<>();
        for (T thing : things == null ? List.<@Nullable T>of() : things) {
            String named = thing == null ? null : name.apply(thing);
            if (named != null && names.size() < MOST_NAMES) {
                names.add(named);
            }
        }
        return names;
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
        String login = present(present.name(), field + ".login");
        if (!LOGIN.matcher(login).matches()) {
            throw bad(field + ".login is not the name of a user");
        }
        return login;
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
