package dev.millrace.schemas.id;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A repository by owner and name, as Gitea allows them (its {@code AlphaDashDot} rules: letters, digits, {@code - _ .},
 * no reserved endings), so that both are safe in URLs and paths. Gitea compares them without case, and so does
 * {@link #key()}.
 */
public record RepoId(String owner, String name) {
    private static final Pattern OWNER = Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_])?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final Pattern RESERVED = Pattern.compile("\\.{1,2}|-|.*\\.(?:git|wiki|rss|atom|lock)");

    public RepoId {
        if (!OWNER.matcher(owner).matches() || owner.contains("..")) {
            throw new IllegalArgumentException("not a repository's owner: '%s'".formatted(Shown.of(owner)));
        }
        if (!NAME.matcher(name).matches()
                || name.contains("..")
                || RESERVED.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
            throw new IllegalArgumentException("not a repository's name: '%s'".formatted(Shown.of(name)));
        }
    }

    /** Reads {@code owner/name}. */
    public static RepoId parse(String fullName) {
        int slash = fullName.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("not a repository, owner/name: '%s'".formatted(Shown.of(fullName)));
        }
        return new RepoId(fullName.substring(0, slash), fullName.substring(slash + 1));
    }

    /** What records are keyed by: the same for every spelling of one repository. */
    public String key() {
        return toString().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return owner + "/" + name;
    }
}
