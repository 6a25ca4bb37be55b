package dev.millrace.worker.workspace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one {@code .gitignore} says, as git reads it. */
final class IgnoreRules {
    static final IgnoreRules NONE = new IgnoreRules(List.of());

    private final List<Rule> lastFirst;

    private IgnoreRules(List<Rule> lastFirst) {
        this.lastFirst = lastFirst;
    }

    private record Rule(Glob glob, boolean ignores, boolean directoriesOnly) {}

    static IgnoreRules parse(byte[] content) {
        var rules = new ArrayList<Rule>();
        String text = new String(content, ISO_8859_1);
        String byteOrderMark = "\u00ef\u00bb\u00bf";
        for (String line : (text.startsWith(byteOrderMark) ? text.substring(3) : text).split("\n", -1)) {
            String pattern = withoutTrailingSpaces(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
            if (pattern.startsWith("#")) {
                continue;
            }
            boolean ignores = !pattern.startsWith("!");
            pattern = ignores ? pattern : pattern.substring(1);
            boolean directoriesOnly = pattern.endsWith("/");
            pattern = directoriesOnly ? pattern.substring(0, pattern.length() - 1) : pattern;
            if (!pattern.isEmpty()) {
                rules.addFirst(new Rule(new Glob(pattern), ignores, directoriesOnly));
            }
        }
        return new IgnoreRules(rules);
    }

    private static String withoutTrailingSpaces(String line) {
        int end = 0;
        for (int at = 0; at < line.length(); at++) {
            if (line.charAt(at) == '\\') {
                at++;
                end = Math.min(at + 1, line.length());
            } else if (line.charAt(at) != ' ') {
                end = at + 1;
            }
        }
        return line.substring(0, end);
    }

    /**
     * Whether a path is ignored; null where no rule speaks of it.
     *
     * @param path relative to the directory of this file
     */
    @Nullable
    Boolean decide(String path, boolean directory) {
        for (Rule rule : lastFirst) {
            if ((directory || !rule.directoriesOnly()) && rule.glob().matches(path)) {
                return rule.ignores();
            }
        }
        return null;
    }
}
