package dev.millrace.ingest.webhook;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The {@code payload} value of a form, byte by byte as it was before it was encoded: that is what Gitea signs. */
final class FormPayload {
    private static final byte[] NAME = "payload=".getBytes(StandardCharsets.US_ASCII);

    private FormPayload() {}

    /** The first value of that name; empty where there is none or where it is not properly encoded. */
    static Optional<byte[]> of(byte[] form) {
        int start = 0;
        while (start < form.length) {
            int end = next(form, start, '&');
            if (isNamed(form, start, end)) {
                return decoded(form, start + NAME.length, end);
            }
            start = end + 1;
        }
        return Optional.empty();
    }

    private static boolean isNamed(byte[] form, int start, int end) {
        if (end - start < NAME.length) {
            return false;
        }
        for (int i = 0; i < NAME.length; i++) {
            if (form[start + i] != NAME[i]) {
                return false;
            }
        }
        return true;
    }

    private static int next(byte[] form, int from, char wanted) {
        int at = from;
        while (at < form.length && form[at] != wanted) {
            at++;
        }
        return at;
    }

    private static Optional<byte[]> decoded(byte[] form, int start, int end) {
        var value = new ByteArrayOutputStream(end - start);
        int at = start;
        while (at < end) {
            byte b = form[at];
            if (b == '%') {
                int high = at + 2 < end ? Character.digit(form[at + 1], 16) : -1;
                int low = at + 2 < end ? Character.digit(form[at + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    return Optional.empty();
                }
                value.write(high << 4 | low);
                at += 3;
            } else {
                value.write(b == '+' ? ' ' : b);
                at++;
            }
        }
        return Optional.of(value.toByteArray());
    }
}
