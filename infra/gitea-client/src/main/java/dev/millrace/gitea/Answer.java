package dev.millrace.gitea;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** What the forge answered, sorted into the three ends there are: a value, a refusal, or no usable answer. */
final class Answer {
    private static final int MOST_SHOWN = 300;

    private final String what;
    private final int status;
    private final Optional<String> date;
    private final byte[] body;
    private final Exchange exchange;

    Answer(String what, int status, Optional<String> date, byte[] body, Exchange exchange) {
        this.what = what;
        this.status = status;
        this.date = date;
        this.body = body;
        this.exchange = exchange;
    }

    int status() {
        return status;
    }

    /** The forge's own clock, to the second, where it tells the time in a way that can be read. */
    Optional<Instant> date() {
        try {
            return date.map(text -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    /** The value of an answer that must have one. */
    <T> T as(Class<T> type) {
        accept();
        if (body.length == 0) {
            throw new ForgeRefused(status, "%s was answered %d without a value".formatted(what, status));
        }
        T value = read(type);
        if (value == null) {
            throw new ForgeUnavailable("%s was answered with null".formatted(what));
        }
        return value;
    }

    /** As {@link #as}, empty where the forge knows no such thing. */
    <T> Optional<T> ifFound(Class<T> type) {
        return status == 404 ? Optional.empty() : Optional.of(as(type));
    }

    /** A listing's entries; none where the forge knows no such listing, or writes null for none. */
    <T> List<T> list(Class<T[]> type) {
        if (status == 404) {
            return List.of();
        }
        accept();
        T[] entries = body.length == 0 ? null : read(type);
        return entries == null ? List.of() : List.of(entries);
    }

    /** Throws where the answer was no success. */
    void accept() {
        if (status >= 200 && status < 300) {
            return;
        }
        if (status >= 500 || status == 429 || status == 408) {
            throw new ForgeUnavailable("%s was answered %d%s".formatted(what, status, said()));
        }
        if (status == 401) {
            // Nobody asked for the wrong thing: the operator's token is gone, and what was asked waits for a new one.
            throw new ForgeUnavailable(
                    "%s was answered 401%s; put a token that the forge takes into millrace.gitea.token-file and start again"
                            .formatted(what, said()));
        }
        if (status >= 300 && status < 400) {
            throw new ForgeRefused(
                    status,
                    "%s was answered %d, a redirect, which is never followed; millrace.gitea.url must be the forge's own address, and a renamed repository needs its new name"
                            .formatted(what, status));
        }
        throw new ForgeRefused(status, "%s was answered %d%s".formatted(what, status, said()));
    }

    /** Some refusals of Gitea have no body, others a message. */
    private String said() {
        String message = "";
        try {
            GiteaJson.Problem problem = body.length == 0 ? null : exchange.read(body, GiteaJson.Problem.class);
            message = problem == null || problem.message() == null ? "" : problem.message();
        } catch (JacksonException _) {
            message = new String(body, StandardCharsets.UTF_8);
        }
        String shown = exchange.hidden(message).replaceAll("\\p{Cntrl}+", " ").strip();
        return shown.isEmpty() ? "" : ": " + cut(shown);
    }

    private <T> @Nullable T read(Class<T> type) {
        try {
            return exchange.read(body, type);
        } catch (JacksonException garbage) {
            // Neither its message nor itself as the cause: they quote the answer.
            throw new ForgeUnavailable("%s was answered %d with something other than Gitea's JSON (%s)"
                    .formatted(what, status, garbage.getClass().getSimpleName()));
        }
    }

    private static String cut(String whole) {
        return whole.length() <= MOST_SHOWN ? whole : whole.substring(0, MOST_SHOWN) + "…";
    }
}
