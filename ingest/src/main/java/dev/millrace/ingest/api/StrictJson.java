package dev.millrace.ingest.api;

import dev.millrace.ingest.door.Problem;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads one JSON object of a known form, and guesses nothing. Thread-safe.
 *
 * @param <T> the form, a record
 */
final class StrictJson<T> {
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(8)
                            .maxNumberLength(20)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private final Class<T> form;
    private final String what;
    private final String remedy;

    /**
     * A reader of such objects.
     *
     * @param what it is, such as {@code a task}
     * @param remedy what to send, such as {@code an object with repo and instruction}
     */
    StrictJson(Class<T> form, String what, String remedy) {
        this.form = form;
        this.what = what;
        this.remedy = remedy;
    }

    /** @throws Problem 400 that names the field and the remedy */
    T read(byte[] json) {
        try {
            T read = JSON.readValue(json, form);
            if (read == null) {
                throw Problem.of(HttpStatus.BAD_REQUEST, "the body is not a JSON object");
            }
            return read;
        } catch (UnrecognizedPropertyException unknown) {
            throw Fields.refused(
                    shown(unknown.getPropertyName()),
                    "is not a field of %s; leave it out or spell it as documented".formatted(what));
        } catch (DatabindException wrong) {
            throw Problem.of(
                    HttpStatus.BAD_REQUEST,
                    "%s is not what is documented; send one JSON object, %s".formatted(field(wrong), remedy));
        } catch (JacksonException broken) {
            throw Problem.of(HttpStatus.BAD_REQUEST, "the body is not well-formed JSON; send " + remedy);
        }
    }

    private static String field(DatabindException wrong) {
        return wrong.getPath().isEmpty() || wrong.getPath().getFirst().getPropertyName() == null
                ? "the body"
                : shown(wrong.getPath().getFirst().getPropertyName()) + ": the value";
    }

    private static String shown(String name) {
        return name.substring(0, Math.min(name.length(), 60)).replaceAll("[^\\x20-\\x7e]", "?");
    }
}
