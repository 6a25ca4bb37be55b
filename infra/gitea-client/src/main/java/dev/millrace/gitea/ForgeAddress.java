package dev.millrace.gitea;

import dev.millrace.schemas.id.RepoId;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Builds every URL from the configured base; whatever comes from outside is one escaped segment of its path. */
final class ForgeAddress {
    private final String base;

    ForgeAddress(URI base) {
        check(base);
        String text = base.toString();
        this.base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /** Refuses what is no plain http address; says so in terms of the configuration. */
    static void check(URI url) {
        boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        if (!http || url.getHost() == null) {
            throw new IllegalArgumentException(
                    "millrace.gitea.url must be an http or https address, like https://git.example.org");
        }
        if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null) {
            // Not shown: the user part may well be a password.
            throw new IllegalArgumentException(
                    "millrace.gitea.url must carry no user, query or fragment; the token goes into millrace.gitea.token-file");
        }
    }

    URI git(RepoId repo) {
        return URI.create(base + "/" + repo + ".git");
    }

    /** Where a person reads about it. */
    URI page(RepoId repo, String kind, long number) {
        return URI.create("%s/%s/%s/%d".formatted(base, repo, kind, number));
    }

    URI user() {
        return api("user", "");
    }

    URI version() {
        return api("version", "");
    }

    URI repo(RepoId repo, Object... segments) {
        return repo("", repo, segments);
    }

    /** One page of a listing; Gitea counts from 1. */
    URI listing(int page, int limit, String query, RepoId repo, Object... segments) {
        return repo("?%spage=%d&limit=%d".formatted(query, page, limit), repo, segments);
    }

    /** As {@link #repo}, with a query that is written as it goes on the wire. */
    URI repoWith(String query, RepoId repo, Object... segments) {
        return repo("?" + query, repo, segments);
    }

    /** Issues and pull requests of all repositories. */
    URI search(String query) {
        return api("repos/issues/search", "?" + query);
    }

    URI teams(String organisation, String query) {
        return api("orgs/%s/teams/search".formatted(segment(organisation)), "?" + query);
    }

    URI member(long team, String login) {
        return api("teams/%d/members/%s".formatted(team, segment(login)), "");
    }

    private URI repo(String query, RepoId repo, Object... segments) {
        String path = Stream.concat(Stream.of("repos", repo.owner(), repo.name()), Stream.of(segments))
                .map(segment -> segment(segment.toString()))
                .collect(Collectors.joining("/"));
        return api(path, query);
    }

    private URI api(String path, String query) {
        return URI.create(base + "/api/v1/" + path + query);
    }

    /** Of the unreserved characters {@link URLEncoder} knows all but the tilde, and it writes a space as a plus. */
    static String segment(String raw) {
        if (raw.isEmpty() || raw.equals(".") || raw.equals("..")) {
            throw new IllegalArgumentException("cannot stand in a path: '%s'".formatted(raw));
        }
        return URLEncoder.encode(raw, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
