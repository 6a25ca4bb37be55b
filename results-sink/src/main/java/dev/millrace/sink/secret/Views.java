package dev.millrace.sink.secret;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * The ways in which bytes can be read that a secret might be written in: as they are, as UTF-16, percent-decoded, and
 * each run of letters that may be Base64 or hexadecimal, decoded; also one within the other. Takes memory and time in
 * proportion to what it reads.
 */
final class Views {
    /** One more than a secret that is encoded, and encoded again. */
    private static final int DEEPEST = 2;
    /** Fewer letters hold no secret worth the name. */
    private static final int SHORTEST = 16;

    /**
     * What can be read, one byte to a character.
     *
     * @param from where in the original it was read
     * @param to end of that
     * @param line of the original that it begins in, counted from 0
     * @param kind how its places are those of the original
     */
    record View(String text, int from, int to, int line, Kind kind) {
        int lineOf(int at) {
            return kind == Kind.DECODED ? line : line + lineEnds(text, 0, at);
        }
    }

    /** AS_IT_IS: each place is the original's; SAME_LINES: each line is; DECODED: only the whole stands for something. */
    enum Kind {
        AS_IT_IS,
        SAME_LINES,
        DECODED
    }

    private final Consumer<View> reader;

    private Views(Consumer<View> reader) {
        this.reader = reader;
    }

    static void of(byte[] bytes, int length, Consumer<View> reader) {
        String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        new Views(reader).read(new View(text, 0, length, 0, Kind.AS_IT_IS), 0);
    }

    private void read(View view, int depth) {
        reader.accept(view);
        if (depth == DEEPEST) {
            return;
        }
        String text = view.text();
        if (text.indexOf('\0') >= 0) {
            whole(view, text.replace("\0", ""), depth);
        }
        if (text.indexOf('%') >= 0) {
            whole(view, percentDecoded(text), depth);
        }
        runs(view, depth);
    }

    private void whole(View view, String text, int depth) {
        Kind kind = view.kind() == Kind.DECODED ? Kind.DECODED : Kind.SAME_LINES;
        read(new View(text, view.from(), view.to(), view.line(), kind), depth + 1);
    }

    private void within(View view, int from, int to, int line, String text, int depth) {
        var inner = view.kind() == Kind.AS_IT_IS
                ? new View(text, from, to, line, Kind.DECODED)
                : new View(text, view.from(), view.to(), line, Kind.DECODED);
        read(inner, depth + 1);
    }

    private static String percentDecoded(String text) {
        var plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%' && i + 2 < text.length() && isHex(text.charAt(i + 1)) && isHex(text.charAt(i + 2))) {
                plain.append((char) HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 2;
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    private void runs(View view, int depth) {
        String text = view.text();
        int at = 0;
        int line = view.line();
        while (at < text.length()) {
            if (!isLetter(text.charAt(at))) {
                line += view.kind() != Kind.DECODED && text.charAt(at) == '\n' ? 1 : 0;
                at++;
                continue;
            }
            int from = at;
            var run = new StringBuilder();
            boolean hexadecimal = true;
            while (at < text.length()) {
                char c = text.charAt(at);
                if (isLetter(c)) {
                    run.append(c);
                    hexadecimal &= isHex(c);
                    at++;
                } else {
                    int next = afterLineEnd(text, at);
                    if (next < 0) {
                        break;
                    }
                    at = next;
                }
            }
            if (run.length() >= SHORTEST) {
                decode(view, from, at, line, run, hexadecimal, depth);
            }
            line += view.kind() == Kind.DECODED ? 0 : lineEnds(text, from, at);
        }
    }

    /** Long runs are often broken over lines, and indented; where the next line goes on, or -1. */
    private static int afterLineEnd(String text, int at) {
        char c = text.charAt(at);
        if (c != '\n' && c != '\r') {
            return -1;
        }
        int next = at;
        while (next < text.length() && " \t\r\n".indexOf(text.charAt(next)) >= 0) {
            next++;
        }
        return next < text.length() && isLetter(text.charAt(next)) ? next : -1;
    }

    /** Where in its first group a run begins is unknown, since something else may stand before it. */
    private void decode(View view, int from, int to, int line, StringBuilder run, boolean hexadecimal, int depth) {
        for (int skip = 0; skip < 4; skip++) {
            within(view, from, to, line, base64(run, skip), depth);
        }
        if (hexadecimal) {
            for (int skip = 0; skip < 2; skip++) {
                int end = run.length() - (run.length() - skip) % 2;
                byte[] bytes = HexFormat.of().parseHex(run.substring(skip, end));
                within(view, from, to, line, new String(bytes, StandardCharsets.ISO_8859_1), depth);
            }
        }
    }

    private static String base64(StringBuilder run, int skip) {
        int end = run.length() - ((run.length() - skip) % 4 == 1 ? 1 : 0);
        String letters = run.substring(skip, end).replace('-', '+').replace('_', '/');
        return new String(Base64.getDecoder().decode(letters), StandardCharsets.ISO_8859_1);
    }

    /** Of either alphabet of Base64, which hexadecimal digits are part of. */
    private static boolean isLetter(char c) {
        boolean common = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        return common || c == '+' || c == '/' || c == '-' || c == '_';
    }

    private static int lineEnds(String text, int from, int to) {
        int count = 0;
        for (int at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) {
            count++;
        }
        return count;
    }

    private static boolean isHex(char c) {
        return c < 128 && HexFormat.isHexDigit(c);
    }
}
