package dev.millrace.standalone.doctor;

import dev.millrace.gitea.ForgeRefused;
import dev.millrace.gitea.ForgeUnavailable;
import dev.millrace.gitea.GiteaClient;
import dev.millrace.gitea.GiteaSetup;
import dev.millrace.gitea.GiteaSetup.Scope;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.standalone.doctor.Finding.Doubtful;
import dev.millrace.standalone.doctor.Finding.Fine;
import dev.millrace.standalone.doctor.Finding.Skipped;
import dev.millrace.standalone.doctor.Finding.Wrong;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** The Gitea, the bot's token, and the repositories that are asked about. */
final class ForgeChecks {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SKEW = Duration.ofSeconds(30);
    /** What must come for every kind of trigger, in Gitea's words. */
    private static final List<String> EVENTS =
            List.of("issues", "issue_label", "issue_comment", "pull_request_comment");

    private final Settings settings;

    ForgeChecks(Settings settings) {
        this.settings = settings;
    }

    List<Check> ofTheForge() {
        return List.of(
                new Named("Gitea", this::version),
                new Named("bot's token", this::token),
                new Named("clock", this::clock));
    }

    List<Check> of(String repository) {
        return List.of(
                new Named(repository, () -> repository(repo(repository))),
                new Named(repository + " webhook", () -> hook(repo(repository))));
    }

    private static RepoId repo(String text) {
        try {
            return RepoId.parse(text);
        } catch (IllegalArgumentException nonsense) {
            throw new Trouble("'%s' is no repository".formatted(text), "give OWNER/REPO");
        }
    }

    private URI url() {
        String url = settings.value("GITEA_URL")
                .orElseThrow(() -> new Trouble(
                        "GITEA_URL is not set", "set it to your Gitea's address, such as https://git.example.org"));
        try {
            return new URI(url);
        } catch (URISyntaxException nonsense) {
            throw new Trouble("GITEA_URL is no address: " + url, "set it to one such as https://git.example.org");
        }
    }

    private GiteaSetup setup(String tokenFile, String what) {
        try {
            return GiteaSetup.connect(url(), settings.secret(tokenFile, what), TIMEOUT);
        } catch (IllegalArgumentException unusable) {
            throw new Trouble(String.valueOf(unusable.getMessage()), "mend GITEA_URL and " + tokenFile);
        }
    }

    private GiteaSetup asBot() {
        return setup("GITEA_TOKEN_FILE", "the bot's access token");
    }

    private Finding version() {
        try (var gitea = asBot()) {
            var version = gitea.version();
            if (!version.known()) {
                return new Doubtful(
                        "'%s' is no version that is known".formatted(version.told()),
                        "check that GITEA_URL is a Gitea or Forgejo, and not what stands before it");
            }
            var oldest = GiteaSetup.OLDEST;
            return version.since(oldest.major(), oldest.minor())
                    ? new Fine(version.toString())
                    : new Wrong(version + " is too old", "Millrace needs Gitea %s or newer".formatted(oldest.told()));
        } catch (ForgeUnavailable silent) {
            return away(silent);
        } catch (ForgeRefused refused) {
            return new Wrong(
                    String.valueOf(refused.getMessage()),
                    "GITEA_URL must be Gitea's own address, with its path if it has one");
        }
    }

    private Finding away(ForgeUnavailable silent) {
        return String.valueOf(silent.getMessage()).contains("answered 401")
                ? new Wrong(
                        "Gitea does not take the token", "make the bot another token, and put it into GITEA_TOKEN_FILE")
                : new Wrong(
                        "%s: %s".formatted(url(), silent.getMessage()),
                        "start Gitea, or mend GITEA_URL; from this machine: curl %s/api/v1/version".formatted(url()));
    }

    private Finding token() {
        try (var gitea = asBot()) {
            var missing = gitea.missingScopes();
            if (!missing.isEmpty()) {
                return new Wrong(
                        "the token lacks " + missing.stream().map(Scope::word).collect(Collectors.joining(", ")),
                        "make the bot a token with write:repository, write:issue and read:user, and put it into GITEA_TOKEN_FILE");
            }
            try (var client = client()) {
                return new Fine("of %s, with all scopes".formatted(client.self().login()));
            }
        } catch (ForgeUnavailable silent) {
            return away(silent);
        }
    }

    private GiteaClient client() {
        return GiteaClient.connect(url(), settings.secret("GITEA_TOKEN_FILE", "the bot's access token"), TIMEOUT);
    }

    private Finding clock() {
        try (var gitea = asBot()) {
            var before = Instant.now();
            var theirs = gitea.clock();
            if (theirs.isEmpty()) {
                return new Skipped("Gitea does not tell the time");
            }
            // Its seconds are whole, and the answer took its time.
            var skew = Duration.between(before, theirs.get()).abs();
            return skew.compareTo(SKEW) <= 0
                    ? new Fine("within %d s of Gitea's".formatted(skew.toSeconds() + 1))
                    : new Wrong(
                            "%d s away from Gitea's".formatted(skew.toSeconds()),
                            "set the clocks of both machines by NTP: what happened while Millrace was away is found by time");
        } catch (ForgeUnavailable silent) {
            return away(silent);
        }
    }

    private Finding repository(RepoId repo) {
        try (var client = client();
                var gitea = asBot()) {
            String bot = client.self().login();
            var found = client.repository(repo);
            if (found.isEmpty()) {
                return new Wrong(
                        "%s is not there for %s".formatted(repo, bot),
                        "add %s to its collaborators, with Write".formatted(bot));
            }
            if (found.get().archived() || found.get().empty()) {
                return new Wrong(
                        "%s is %s".formatted(repo, found.get().empty() ? "empty" : "archived"),
                        found.get().empty() ? "push a first commit" : "take it out of the archive");
            }
            if (!client.mayWrite(repo, bot)) {
                return new Wrong(
                        "%s may not write to %s".formatted(bot, repo),
                        "add %s to its collaborators, with Write".formatted(bot));
            }
            if (gitea.labels(repo).contains("agent")) {
                return new Fine("%s may write, and there is a label 'agent'".formatted(bot));
            }
            return new Doubtful(
                    "the repository has no label 'agent'",
                    "make one there or in its organisation, unless you named another for Millrace");
        } catch (ForgeUnavailable silent) {
            return away(silent);
        }
    }

    private Finding hook(RepoId repo) {
        if (settings.value("GITEA_ADMIN_TOKEN_FILE").isEmpty()) {
            return new Skipped("GITEA_ADMIN_TOKEN_FILE names no token of somebody who may see it");
        }
        String connect = "./millrace gitea connect " + repo;
        try (var gitea = setup("GITEA_ADMIN_TOKEN_FILE", "a token of somebody who administers " + repo)) {
            var ours = gitea.hooks(repo).stream()
                    .filter(hook -> hook.url().endsWith("/webhooks/gitea"))
                    .toList();
            if (ours.isEmpty()) {
                return new Wrong("no webhook leads to Millrace", connect);
            }
            var hook = ours.getFirst();
            if (!hook.active()) {
                return new Wrong("webhook #%d is switched off".formatted(hook.id()), connect);
            }
            var missing = EVENTS.stream()
                    .filter(event -> !hook.events().contains(event))
                    .toList();
            return missing.isEmpty()
                    ? new Fine("#%d to %s".formatted(hook.id(), hook.url()))
                    : new Wrong("webhook #%d is not told %s".formatted(hook.id(), String.join(", ", missing)), connect);
        } catch (ForgeRefused refused) {
            return new Wrong(
                    String.valueOf(refused.getMessage()),
                    "GITEA_ADMIN_TOKEN_FILE must hold a token of somebody who administers %s".formatted(repo));
        } catch (ForgeUnavailable silent) {
            return away(silent);
        }
    }
}
