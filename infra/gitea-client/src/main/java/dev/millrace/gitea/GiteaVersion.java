package dev.millrace.gitea;

import java.util.regex.Pattern;

/**
 * Which Gitea answers, as it says itself. Forgejo counts as the Gitea that it says it still behaves like.
 *
 * @param told the whole of what it said
 * @param major of the Gitea; 0 where it said nothing that is a version
 * @param minor of the Gitea
 */
public record GiteaVersion(String told, int major, int minor) {
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\b.*");
    /** Forgejo names its Gitea after a plus sign. */
    private static final Pattern FORGEJO = Pattern.compile(".*\\+gitea-(.*)");

    public static GiteaVersion of(String told) {
        var forgejo = FORGEJO.matcher(told);
        var numbers = NUMBERS.matcher(forgejo.matches() ? forgejo.group(1) : told);
        return numbers.matches()
                ? new GiteaVersion(told, Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)))
                : new GiteaVersion(told, 0, 0);
    }

    /** Whether it behaves like this version or a later one; a version that is not known does not. */
    public boolean since(int thatMajor, int thatMinor) {
        return major > thatMajor || (major == thatMajor && minor >= thatMinor);
    }

    public boolean known() {
        return major > 0;
    }

    public boolean forgejo() {
        return FORGEJO.matcher(told).matches();
    }

    @Override
    public String toString() {
        return (forgejo() ? "Forgejo " : "Gitea ") + told;
    }
}
