package dev.millrace.gitea;

import dev.millrace.schemas.id.RepoId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What setting up asks of a Gitea, beyond what the stages ask: which one it is, what a token may do, and a repository's
 * webhooks. Calls block, throw as those of {@link Gitea} do, and end within the timeout. Thread-safe.
 */
public final class GiteaSetup implements AutoCloseable {
    /** The oldest Gitea that Millrace is made for. */
    public static final GiteaVersion OLDEST = GiteaVersion.of("1.15");

    /** No forge has it, so that asking for leave to change it changes nothing. */
    private static final RepoId NOWHERE = new RepoId("millrace-asks-for-leave", "there-is-no-such-repository");

    private final ForgeAddress address;
    private final Exchange exchange;
    private final Pages pages;

    private GiteaSetup(URI base, ForgeToken token, Duration timeout) {
        this.address = new ForgeAddress(base);
        this.exchange = new Exchange(token, timeout);
        this.pages = new Pages(exchange);
    }

    /** Asks the forge nothing yet. */
    public static GiteaSetup connect(URI base, String token, Duration timeout) {
        return new GiteaSetup(base, new ForgeToken(token), timeout);
    }

    /** A permission of a token, as Gitea has them since 1.20. */
    public enum Scope {
        READ_USER("read:user"),
        WRITE_REPOSITORY("write:repository"),
        WRITE_ISSUE("write:issue");

        private final String word;

        Scope(String word) {
            this.word = word;
        }

        /** Gitea's word for it. */
        public String word() {
            return word;
        }
    }

    /**
     * A webhook of a repository. Its secret is never told.
     *
     * @param url where it delivers
     * @param contentType {@code json} or {@code form}
     * @param events in Gitea's words, of which one may stand for several; sorted, since Gitea lists them in any order
     */
    public record Hook(long id, String url, String contentType, List<String> events, boolean active) {}

    public GiteaVersion version() {
        var answer = exchange.get(address.version()).as(GiteaJson.Version.class);
        return GiteaVersion.of(Objects.requireNonNullElse(answer.version(), ""));
    }

    /** The forge's clock, to the second; empty where it does not tell the time. */
    public Optional<Instant> clock() {
        return exchange.get(address.version()).date();
    }

    /**
     * Of what the bot needs, what its token may not do; changes nothing. A Gitea before 1.20 has no such scopes, and
     * refuses nothing here.
     */
    public List<Scope> missingScopes() {
        var missing = new ArrayList<Scope>();
        if (exchange.get(address.user()).status() == 403) {
            missing.add(Scope.READ_USER);
        }
        var repository = exchange.patch(address.repo(NOWHERE), Map.of());
        if (repository.status() == 403) {
            missing.add(Scope.WRITE_REPOSITORY);
        }
        var issue = exchange.post(address.repo(NOWHERE, "issues", 1, "comments"), new GiteaJson.NewComment("none"));
        if (issue.status() == 403) {
            missing.add(Scope.WRITE_ISSUE);
        }
        return List.copyOf(missing);
    }

    /** The labels of a repository, its organisation's not among them. */
    public List<String> labels(RepoId repo) {
        var names = new ArrayList<String>();
        pages.each(
                GiteaJson.Label[].class,
                (page, limit) -> address.listing(page, limit, "", repo, "labels"),
                label -> names.add(Objects.requireNonNullElse(label.name(), "")));
        return List.copyOf(names);
    }

    /** All webhooks of the repository; asks for an administrator of it. */
    public List<Hook> hooks(RepoId repo) {
        var hooks = new ArrayList<Hook>();
        // Asked by itself first: a listing that is not there reads as an empty one.
        exchange.get(address.listing(1, 1, "", repo, "hooks")).accept();
        pages.each(
                GiteaJson.Hook[].class,
                (page, limit) -> address.listing(page, limit, "", repo, "hooks"),
                hook -> hooks.add(hook.toHook()));
        return List.copyOf(hooks);
    }

    /** A new webhook, active, with a JSON body. */
    public Hook addHook(RepoId repo, URI target, String secret, List<String> events) {
        var config = Map.of("url", target.toString(), "content_type", "json", "secret", secret);
        return exchange.post(address.repo(repo, "hooks"), new GiteaJson.NewHook("gitea", true, config, events))
                .as(GiteaJson.Hook.class)
                .toHook();
    }

    /** Makes a webhook active, with a JSON body and these events; no Gitea lets its secret be changed. */
    public Hook editHook(RepoId repo, long id, URI target, List<String> events) {
        var config = Map.of("url", target.toString(), "content_type", "json");
        return exchange.patch(address.repo(repo, "hooks", id), new GiteaJson.HookEdit(true, config, events))
                .as(GiteaJson.Hook.class)
                .toHook();
    }

    /** Repeatable: one that is not there any more is removed. */
    public void removeHook(RepoId repo, long id) {
        var answer = exchange.delete(address.repo(repo, "hooks", id));
        if (answer.status() != 404) {
            answer.accept();
        }
    }

    /** Has the forge deliver a push that changed nothing. It does so later, and never says what came of it. */
    public void testHook(RepoId repo, long id) {
        exchange.post(address.repo(repo, "hooks", id, "tests")).accept();
    }

    @Override
    public void close() {
        exchange.close();
    }
}
