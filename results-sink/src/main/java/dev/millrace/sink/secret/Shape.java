package dev.millrace.sink.secret;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What secrets of one kind look like. Only kinds that say by their first letters what they are: a guess by how random
 * something looks would refuse honest work (sums, commit ids, test data) again and again.
 */
record Shape(String what, String start, Pattern whole) {
    private static final List<String> PLACEHOLDERS =
            List.of("example", "xxxx", "0000000", "12345678", "abcdefgh", "placeholder", "your_", "your-", "dummy");
    /** A secret has at least so many different characters; a row of the same is a stand-in. */
    private static final int DIFFERENT = 10;

    static final List<Shape> ALL = List.of(
            new Shape(
                    "a private key",
                    "-----BEGIN ",
                    Pattern.compile("-----BEGIN (?:[A-Z0-9]{1,10} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
                            // a key that is only mentioned has no letters
                            + "[\\s\\S]{0,400}?[A-Za-z0-9+/]{40,80}")),
            token("a GitHub token", "ghp_", "[A-Za-z0-9]{36,255}"),
            token("a GitHub token", "gho_", "[A-Za-z0-9]{36,255}"),
            token("a GitHub token", "ghu_", "[A-Za-z0-9]{36,255}"),
            token("a GitHub token", "ghs_", "[A-Za-z0-9]{36,255}"),
            token("a GitHub token", "ghr_", "[A-Za-z0-9]{36,255}"),
            token("a GitHub token", "github_pat_", "[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
            token("a GitLab token", "glpat-", "[A-Za-z0-9_-]{20,255}"),
            token("an AWS key", "AKIA", "[A-Z2-7]{16}"),
            token("an AWS key", "ASIA", "[A-Z2-7]{16}"),
            token("a Google key", "AIza", "[A-Za-z0-9_-]{35}"),
            token("an API key for models", "sk-", "(?:(?:ant|proj|svcacct|or)-[A-Za-z0-9_-]{32,255}|[A-Za-z0-9]{48})"),
            token("a Slack token", "xox", "[abeoprs](?:-[A-Za-z0-9]{4,64}){2,5}"),
            token("a Stripe key", "sk_live_", "[A-Za-z0-9]{24,255}"),
            token("a Stripe key", "rk_live_", "[A-Za-z0-9]{24,255}"),
            token("an npm token", "npm_", "[A-Za-z0-9]{36}"),
            token("a PyPI token", "pypi-", "[A-Za-z0-9_-]{85,255}"),
            token("a Hugging Face token", "hf_", "[A-Za-z0-9]{34,64}"),
            token("a SendGrid key", "SG.", "[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}"),
            token("a DigitalOcean token", "dop_v1_", "[a-f0-9]{64}"));

    private static Shape token(String what, String start, String rest) {
        return new Shape(what, start, Pattern.compile(Pattern.quote(start) + rest + "(?![A-Za-z0-9_-])"));
    }

    /** Where it ends, if one begins here; -1 if none does. */
    int endOfOneAt(String text, int from) {
        if (from > 0 && continues(text.charAt(from - 1))) {
            return -1;
        }
        Matcher matcher = whole.matcher(text).region(from, text.length());
        return matcher.lookingAt() && isNoStandIn(matcher.group().substring(start.length())) ? matcher.end() : -1;
    }

    /** The first letters of a token amid a longer word are that word's. */
    private boolean continues(char before) {
        return Character.isLetterOrDigit(start.charAt(0)) && (Character.isLetterOrDigit(before) || before == '_');
    }

    private static boolean isNoStandIn(String rest) {
        String folded = rest.toLowerCase(Locale.ROOT);
        String shown = folded.length() <= 300 ? folded : folded.substring(0, 300);
        return shown.chars().distinct().count() >= DIFFERENT
                && PLACEHOLDERS.stream().noneMatch(shown::contains);
    }
}
