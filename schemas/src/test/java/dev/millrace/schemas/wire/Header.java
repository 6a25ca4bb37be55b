package dev.millrace.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.header.Headers;

/** Headers as text, each there once. */
final class Header {
    private Header() {}

    static Map<String, String> all(Headers headers) {
        Map<String, String> texts = new TreeMap<>();
        headers.forEach(header -> assertThat(
                        texts.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)))
                .as("a second header %s", header.key())
                .isNull());
        return texts;
    }
}
