package dev.millrace.sink.secret;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks for secrets. A net and no wall: whoever invents a cipher of their own gets through. Immutable; reading takes a
 * few megabytes, however much there is to read.
 */
public final class Secrets {
    /** An own secret that is shorter would be found in honest text. */
    public static final int SHORTEST = 8;

    private static final int WINDOW = 512 << 10;
    /** Windows lie over each other by so much, so that nothing is cut that is not longer. */
    private static final int OVERLAP = 32 << 10;

    private static final int MOST = 20;

    private final List<String> own;
    private final List<Shape> shapes;

    /**
     * What is looked for.
     *
     * @param own secrets that are known literally; those of less than {@link #SHORTEST} characters are left out
     * @param shapes whether to look for what is shaped like a token or key of anybody's, too
     */
    public Secrets(Collection<String> own, boolean shapes) {
        this.own = own.stream()
                .map(String::strip)
                .filter(secret -> secret.length() >= SHORTEST)
                .map(Secrets::bytewise)
                .distinct()
                .toList();
        this.shapes = shapes ? Shape.ALL : List.of();
    }

    /**
     * What the content holds, each secret once, the first ones if there are many.
     *
     * @param content read to its end, not closed
     */
    public List<Finding> in(InputStream content) throws IOException {
        Map<String, Finding> found = new LinkedHashMap<>();
        byte[] window = new byte[WINDOW];
        int kept = 0;
        long lines = 1;
        while (found.size() < MOST) {
            int length = kept + content.readNBytes(window, kept, WINDOW - kept);
            long firstLine = lines;
            for (Place place : places(window, length)) {
                found.computeIfAbsent(
                        place.fingerprint(), same -> new Finding(place.what(), firstLine + place.line(), same));
            }
            if (length < WINDOW) {
                break;
            }
            int gone = length - OVERLAP;
            lines += lineEnds(window, gone);
            System.arraycopy(window, gone, window, 0, OVERLAP);
            kept = OVERLAP;
        }
        return List.copyOf(found.values());
    }

    /** The text with what it holds of secrets, in whatever spelling, replaced by a word on what it was. */
    public String removedFrom(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<Place> places = places(bytes, bytes.length);
        if (places.isEmpty()) {
            return text;
        }
        var rest = new StringBuilder();
        int at = 0;
        for (Place place : places.stream().sorted(Place.BY_PLACE).toList()) {
            if (place.to() <= at) {
                continue;
            }
            rest.append(new String(bytes, at, Math.max(0, place.from() - at), StandardCharsets.UTF_8))
                    .append("[removed: %s]".formatted(place.what()));
            at = place.to();
        }
        return rest.append(new String(bytes, at, bytes.length - at, StandardCharsets.UTF_8))
                .toString();
    }

    private List<Place> places(byte[] bytes, int length) {
        List<Place> places = new ArrayList<>();
        Views.of(bytes, length, view -> {
            for (String secret : own) {
                for (int at = view.text().indexOf(secret);
                        at >= 0;
                        at = view.text().indexOf(secret, at + 1)) {
                    places.add(Place.of("a secret of this Millrace's operator", view, at, at + secret.length()));
                }
            }
            for (Shape shape : shapes) {
                String start = shape.start();
                for (int at = view.text().indexOf(start);
                        at >= 0;
                        at = view.text().indexOf(start, at + 1)) {
                    int end = shape.endOfOneAt(view.text(), at);
                    if (end >= 0) {
                        places.add(Place.of("what looks like " + shape.what(), view, at, end));
                    }
                }
            }
        });
        return places;
    }

    private static long lineEnds(byte[] bytes, int before) {
        long count = 0;
        for (int i = 0; i < before; i++) {
            if (bytes[i] == '\n') {
                count++;
            }
        }
        return count;
    }

    /** As {@link Views} reads it. */
    private static String bytewise(String secret) {
        return new String(secret.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Where a secret stands among the bytes; of one that is encoded, the whole of what encodes it. */
    private record Place(String what, int from, int to, int line, String fingerprint) {
        static final Comparator<Place> BY_PLACE =
                Comparator.comparingInt(Place::from).thenComparingInt(Place::to);

        static Place of(String what, Views.View view, int from, int to) {
            String secret = what + '\0' + view.text().substring(from, to);
            int line = view.lineOf(from);
            return view.kind() == Views.Kind.AS_IT_IS
                    ? new Place(what, from, to, line, digest(secret))
                    : new Place(what, view.from(), view.to(), line, digest(secret));
        }

        private static String digest(String secret) {
            try {
                var digest = MessageDigest.getInstance("SHA-256");
                return HexFormat.of().formatHex(digest.digest(secret.getBytes(StandardCharsets.ISO_8859_1)));
            } catch (NoSuchAlgorithmException everyJdkHasIt) {
                throw new IllegalStateException(everyJdkHasIt);
            }
        }
    }
}
