package dev.millrace.gitea;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Walks Gitea's listings page by page. An empty page is the only sure end: a Gitea may be set to hand out fewer than
 * asked for, and some listings leave entries out of full pages and count only what is left.
 */
final class Pages {
    static final int LIMIT = 50;
    static final int MOST = 200;

    private final Exchange exchange;

    Pages(Exchange exchange) {
        this.exchange = exchange;
    }

    interface Address {
        URI of(int page, int limit);
    }

    /** The first entry that is wanted, read no further than to the first that marks the end. */
    <T> Optional<T> first(Class<T[]> type, Address address, Predicate<T> wanted, Predicate<T> end) {
        for (int page = 1; page <= MOST; page++) {
            List<T> entries = page(type, address, page);
            for (T entry : entries) {
                if (end.test(entry)) {
                    return Optional.empty();
                }
                if (wanted.test(entry)) {
                    return Optional.of(entry);
                }
            }
            if (entries.isEmpty()) {
                return Optional.empty();
            }
        }
        throw tooMany(address);
    }

    <T> void each(Class<T[]> type, Address address, Consumer<T> consumer) {
        first(
                type,
                address,
                entry -> {
                    consumer.accept(entry);
                    return false;
                },
                _ -> false);
    }

    private <T> List<T> page(Class<T[]> type, Address address, int page) {
        return exchange.get(address.of(page, LIMIT)).list(type);
    }

    private static ForgeUnavailable tooMany(Address address) {
        return new ForgeUnavailable("GET %s has more than %d pages, and no end was seen"
                .formatted(address.of(1, LIMIT).getRawPath(), MOST));
    }
}
