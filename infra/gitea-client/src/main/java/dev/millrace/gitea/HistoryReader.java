package dev.millrace.gitea;

import dev.millrace.schemas.id.RepoId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@link GiteaHistory} over HTTP. */
final class HistoryReader implements GiteaHistory {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_])?");

    private final Exchange exchange;
    private final ForgeAddress address;
    private final Pages pages;

    HistoryReader(Exchange exchange, ForgeAddress address, Pages pages) {
        this.exchange = exchange;
        this.address = address;
        this.pages = pages;
    }

    @Override
    public Optional<Discussion> discussion(RepoId repo, long number) {
        return exchange.get(address.repo(repo, "issues", number))
                .ifFound(HistoryJson.Discussion.class)
                .map(found -> found.of(repo));
    }

    @Override
    public List<Discussion> changed(Instant since) {
        List<Discussion> changed = new ArrayList<>();
        pages.each(
                HistoryJson.Discussion[].class,
                (page, limit) -> address.search("state=all&%s&page=%d&limit=%d".formatted(since(since), page, limit)),
                found -> found.found().ifPresent(changed::add));
        return changed;
    }

    @Override
    public Optional<List<Entry>> timeline(RepoId repo, long number, Instant since) {
        List<Entry> entries = new ArrayList<>();
        for (int page = 1; page <= Pages.MOST; page++) {
            var answer = exchange.get(
                    address.listing(page, Pages.LIMIT, since(since) + "&", repo, "issues", number, "timeline"));
            if (answer.status() == 404) {
                return Optional.empty();
            }
            // Gitea answers 500 for the timeline of an issue that is not there.
            if (answer.status() == 500 && discussion(repo, number).isEmpty()) {
                return Optional.of(List.of());
            }
            var found = answer.list(HistoryJson.Event[].class);
            if (found.isEmpty()) {
                return Optional.of(entries);
            }
            found.forEach(event -> entries.add(event.entry()));
        }
        throw new ForgeUnavailable("the timeline of %s#%d has more than %d pages".formatted(repo, number, Pages.MOST));
    }

    @Override
    public List<Entry> said(RepoId repo, long number, Instant since) {
        var answer = exchange.get(address.repoWith(since(since), repo, "issues", number, "comments"));
        if (answer.status() == 500 && discussion(repo, number).isEmpty()) {
            return List.of();
        }
        return answer.list(HistoryJson.Event[].class).stream()
                .map(HistoryJson.Event::comment)
                .toList();
    }

    @Override
    public List<Review> reviews(RepoId repo, long number) {
        List<Review> reviews = new ArrayList<>();
        pages.each(
                HistoryJson.Review[].class,
                (page, limit) -> address.listing(page, limit, "", repo, "pulls", number, "reviews"),
                review -> {
                    if (review.handedIn()) {
                        reviews.add(review.review());
                    }
                });
        return reviews;
    }

    @Override
    public List<Remark> remarks(RepoId repo, long number, long review) {
        return exchange
                .get(address.repo(repo, "pulls", number, "reviews", review, "comments"))
                .list(HistoryJson.Remark[].class)
                .stream()
                .map(HistoryJson.Remark::remark)
                .toList();
    }

    @Override
    public Optional<Branches> branches(RepoId repo, long number) {
        return exchange.get(address.repo(repo, "pulls", number))
                .ifFound(HistoryJson.Pull.class)
                .map(HistoryJson.Pull::branches);
    }

    @Override
    public boolean pushable(RepoId repo) {
        return exchange.get(address.repo(repo))
                .ifFound(HistoryJson.Repo.class)
                .filter(HistoryJson.Repo::pushable)
                .isPresent();
    }

    @Override
    public boolean isMember(String organisation, String team, String login) {
        if (!Stream.of(organisation, login).allMatch(name -> NAME.matcher(name).matches())) {
            return false;
        }
        var found = exchange.get(address.teams(organisation, "q=" + URLEncoder.encode(team, StandardCharsets.UTF_8)));
        if (found.status() == 403 || found.status() == 404) {
            return false;
        }
        List<HistoryJson.Team> teams =
                Optional.ofNullable(found.as(HistoryJson.Teams.class).data()).orElse(List.of());
        return teams.stream()
                .filter(one -> team.equalsIgnoreCase(one.name()))
                .anyMatch(one -> isMember(one.id(), login));
    }

    private boolean isMember(long team, String login) {
        var answer = exchange.get(address.member(team, login));
        if (answer.status() == 403 || answer.status() == 404) {
            return false;
        }
        answer.accept();
        return true;
    }

    /** Gitea compares whole seconds, and includes the one that is named. */
    private static String since(Instant moment) {
        return "since=" + moment.truncatedTo(ChronoUnit.SECONDS);
    }
}
