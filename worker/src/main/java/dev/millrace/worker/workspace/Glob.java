package dev.millrace.worker.workspace;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A pattern of {@code .gitignore} or {@code .gitattributes}, with git's meaning. Takes at most as many steps as pattern
 * times path is long, whatever either holds: both may come out of a sandbox.
 */
final class Glob {
    private static final String ANY_DEPTH = "**";

    private final boolean anchored;
    private final List<String> parts;

    /** @param pattern without what marks a directory or a negation */
    Glob(String pattern) {
        anchored = pattern.indexOf('/') >= 0;
        parts = List.of((pattern.startsWith("/") ? pattern.substring(1) : pattern).split("/", -1));
    }

    /** @param path relative to the directory that the pattern's file is in */
    boolean matches(String path) {
        if (!anchored) {
            return matchesName(parts.getFirst(), path.substring(path.lastIndexOf('/') + 1));
        }
        return matchesParts(split(path));
    }

    private static List<String> split(String path) {
        var names = new ArrayList<String>();
        int start = 0;
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', start)) {
            names.add(path.substring(start, slash));
            start = slash + 1;
        }
        names.add(path.substring(start));
        return names;
    }

    /** Goes back to the last {@code **} only: what an earlier one could take, the last one can take too. */
    private boolean matchesParts(List<String> names) {
        int part = 0;
        int name = 0;
        int backPart = -1;
        int backName = 0;
        while (name < names.size()) {
            if (part < parts.size() && parts.get(part).equals(ANY_DEPTH)) {
                if (part == parts.size() - 1) {
                    return true;
                }
                backPart = ++part;
                backName = name;
            } else if (part < parts.size() && matchesName(parts.get(part), names.get(name))) {
                part++;
                name++;
            } else if (backPart >= 0) {
                part = backPart;
                name = ++backName;
            } else {
                return false;
            }
        }
        return part == parts.size();
    }

    private static boolean matchesName(String pattern, String name) {
        int at = 0;
        int next = 0;
        int backAt = -1;
        int backNext = 0;
        while (next < name.length()) {
            Step step = at < pattern.length() ? step(pattern, at) : NO_STEP;
            if (step.any()) {
                backAt = at = step.end();
                backNext = next;
            } else if (step.matches().test(name.charAt(next))) {
                at = step.end();
                next++;
            } else if (backAt >= 0) {
                at = backAt;
                next = ++backNext;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }

    /** One element of a pattern: {@code any} number of characters, or one that {@code matches}. */
    private record Step(boolean any, IntPredicate matches, int end) {}

    private static final Step NO_STEP = new Step(false, _ -> false, 0);

    private static Step step(String pattern, int at) {
        char first = pattern.charAt(at);
        return switch (first) {
            case '*' -> new Step(true, _ -> true, at + 1);
            case '?' -> new Step(false, _ -> true, at + 1);
            case '[' -> bracket(pattern, at + 1);
            case '\\' -> at + 1 < pattern.length() ? literal(pattern.charAt(at + 1), at + 2) : NO_STEP;
            default -> literal(first, at + 1);
        };
    }

    private static Step literal(char character, int end) {
        return new Step(false, next -> next == character, end);
    }

    private static Step bracket(String pattern, int start) {
        int at = start;
        boolean negated = at < pattern.length() && (pattern.charAt(at) == '!' || pattern.charAt(at) == '^');
        if (negated) {
            at++;
        }
        IntPredicate inside = _ -> false;
        boolean first = true;
        while (at < pattern.length() && (first || pattern.charAt(at) != ']')) {
            first = false;
            int named = pattern.startsWith("[:", at) ? pattern.indexOf(":]", at + 2) : -1;
            if (named >= 0) {
                inside = inside.or(named(pattern.substring(at + 2, named)));
                at = named + 2;
                continue;
            }
            at = pattern.charAt(at) == '\\' ? at + 1 : at;
            if (at >= pattern.length()) {
                return NO_STEP;
            }
            char low = pattern.charAt(at++);
            char high = low;
            if (at + 1 < pattern.length() && pattern.charAt(at) == '-' && pattern.charAt(at + 1) != ']') {
                at = pattern.charAt(at + 1) == '\\' ? at + 2 : at + 1;
                if (at >= pattern.length()) {
                    return NO_STEP;
                }
                high = pattern.charAt(at++);
            }
            char from = low;
            char to = high;
            inside = inside.or(next -> from <= next && next <= to);
        }
        if (at >= pattern.length()) {
            return NO_STEP;
        }
        return new Step(false, negated ? inside.negate() : inside, at + 1);
    }

    private static IntPredicate named(String set) {
        IntPredicate ascii = next -> next < 128;
        return ascii.and(
                switch (set) {
                    case "alnum" -> Character::isLetterOrDigit;
                    case "alpha" -> Character::isLetter;
                    case "blank" -> next -> next == ' ' || next == '\t';
                    case "cntrl" -> Character::isISOControl;
                    case "digit" -> Character::isDigit;
                    case "graph" -> next -> next > ' ' && next < 127;
                    case "lower" -> Character::isLowerCase;
                    case "print" -> next -> next >= ' ' && next < 127;
                    case "punct" -> next -> next > ' ' && next < 127 && !Character.isLetterOrDigit(next);
                    case "space" -> next -> next == ' ' || (next >= '\t' && next <= '\r');
                    case "upper" -> Character::isUpperCase;
                    case "xdigit" -> next -> Character.digit(next, 16) >= 0;
                    default -> _ -> false;
                });
    }
}
