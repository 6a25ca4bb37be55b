package dev.millrace.standalone.forge;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.LevelResolver;
import com.atlassian.oai.validator.report.ValidationReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The part of Gitea's own description of its API that concerns Millrace, by which requests and answers are judged. */
final class GiteaDescription {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** Gitea's route takes a head with slashes, which its description cannot say. */
    private static final Pattern BETWEEN = Pattern.compile("(.*/pulls/(?!\\d+/)[^/]+)/([^/]+/.+)");
    /** What Gitea does answer, seen or read in its source, though its description does not say so. */
    private static final Set<Integer> NOT_DESCRIBED = Set.of(401, 403, 500);
    /** Described as anything at all, which the validator takes for an object. */
    private static final String ANY_LABEL = "[Path '/labels/";

    private final OpenApiInteractionValidator validator;

    private GiteaDescription(String description) {
        this.validator = OpenApiInteractionValidator.createForInlineApiSpecification(description)
                .withLevelResolver(LevelResolver.create()
                        // Gitea adds fields with every release, and "username" beside "login" since ever.
                        .withLevel("validation.schema.additionalProperties", ValidationReport.Level.IGNORE)
                        .build())
                .build();
    }

    static GiteaDescription read() {
        try (var in = Objects.requireNonNull(GiteaDescription.class.getResourceAsStream("gitea-api.json"))) {
            return new GiteaDescription(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    List<String> faults(Wiretap.Heard heard) {
        var between = BETWEEN.matcher(heard.uri().getRawPath());
        String path = between.matches()
                ? between.group(1) + "/" + between.group(2).replace("/", "%2F")
                : heard.uri().getRawPath();
        var request = new SimpleRequest.Builder(heard.method(), path).withAuthorization("token x");
        heard.type().ifPresent(request::withContentType);
        if (!heard.body().isEmpty()) {
            request.withBody(heard.body());
        }
        String query = heard.uri().getRawQuery();
        for (String pair : query == null ? new String[0] : query.split("&", -1)) {
            request.withQueryParam(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        var faults = messages(validator.validateRequest(request.build()));
        if (!faults.isEmpty()) {
            return faults;
        }
        if (heard.status() >= 400 && !heard.answer().isEmpty()) {
            faults = refusal(JSON.readTree(heard.answer()));
        }
        if (!faults.isEmpty() || NOT_DESCRIBED.contains(heard.status())) {
            return faults;
        }
        var response = SimpleResponse.Builder.status(heard.status());
        heard.answerType().ifPresent(response::withContentType);
        if (heard.status() < 400 && !heard.answer().isEmpty()) {
            response.withBody(withoutNulls(heard.answer()));
        }
        return messages(validator.validateResponse(path, Request.Method.valueOf(heard.method()), response.build()));
    }

    /** The description puts an error's fields into headers; Gitea writes them into the body. */
    private static List<String> refusal(JsonNode body) {
        boolean right = body.path("message").isString() && body.path("url").isString() && body.size() == 2;
        return right ? List.of() : List.of("not the shape of Gitea's errors");
    }

    private static List<String> messages(ValidationReport report) {
        return report.getMessages().stream()
                .filter(message -> message.getLevel() == ValidationReport.Level.ERROR)
                .filter(message -> !message.getMessage().startsWith(ANY_LABEL))
                .map(message -> message.getKey() + ": " + message.getMessage())
                .toList();
    }

    /** Gitea writes null for what is not there, its description knows only fields that are absent. */
    private static String withoutNulls(String json) {
        var tree = JSON.readTree(json);
        if (tree.isNull()) {
            return "[]";
        }
        strip(tree);
        return JSON.writeValueAsString(tree);
    }

    private static void strip(JsonNode node) {
        switch (node) {
            case ObjectNode object -> {
                object.removeIf(JsonNode::isNull);
                object.forEach(GiteaDescription::strip);
            }
            case ArrayNode array -> array.forEach(GiteaDescription::strip);
            default -> {}
        }
    }
}
