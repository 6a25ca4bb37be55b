package dev.millrace.schemas.id;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/**
 * Names one task. Derived from what triggered it, so that a trigger that comes twice is one task; producers of their
 * own may choose any id of the shape: 8 to 64 of {@code a-z}, {@code 0-9} and inner {@code -}, safe in branch names,
 * labels and URLs.
 */
public record TaskId(String value) {
    private static final Pattern SHAPE = Pattern.compile("[a-z0-9](?:[a-z0-9-]{6,62})[a-z0-9]");
    private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final int DERIVED_LENGTH = 16;

    public TaskId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "not a task id: '%s' (8 to 64 of a-z, 0-9 and inner -)".formatted(Shown.of(value)));
        }
    }

    /** The same parts always give the same id; 80 bits of SHA-256, so that different ones do not meet. */
    public static TaskId derivedFrom(String... parts) {
        var digest = sha256();
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
            digest.update(bytes);
        }
        byte[] hash = digest.digest();
        var id = new StringBuilder(DERIVED_LENGTH);
        for (int bit = 0; bit < DERIVED_LENGTH * 5; bit += 5) {
            int window = ((hash[bit / 8] & 0xff) << 8) | (hash[bit / 8 + 1] & 0xff);
            id.append(ALPHABET[(window >> (11 - bit % 8)) & 31]);
        }
        return new TaskId(id.toString());
    }

    @Override
    public String toString() {
        return value;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
