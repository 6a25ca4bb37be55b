package dev.millrace.schemas.wire;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * W3C trace context, the {@code traceparent} header of version 00.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/">Trace Context</a>
 */
public record TraceParent(String value) {
    public static final String HEADER = "traceparent";

    private static final Pattern SHAPE = Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    public TraceParent {
        if (!isOne(value)) {
            throw new IllegalArgumentException("not a traceparent of version 00");
        }
    }

    public static boolean isOne(String value) {
        return SHAPE.matcher(value).matches();
    }

    /** Starts a trace. */
    public static TraceParent start(RandomGenerator random) {
        return new TraceParent("00-%s-%s-01".formatted(hex(random, 16), hex(random, 8)));
    }

    /** The next span of the same trace. */
    public TraceParent next(RandomGenerator random) {
        return new TraceParent(value.substring(0, 36) + hex(random, 8) + value.substring(52));
    }

    public String traceId() {
        return value.substring(3, 35);
    }

    private static String hex(RandomGenerator random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        bytes[0] |= 1; // all zeros would be no id
        return HexFormat.of().formatHex(bytes);
    }
}
