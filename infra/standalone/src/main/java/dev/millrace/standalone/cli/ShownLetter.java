package dev.millrace.standalone.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.millrace.standalone.deadletters.Letter;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as a command shows it.
 *
 * @param key as text; null where the record had none
 * @param value in base64; null where nobody asked for it, or the record had none
 * @param headers its own, as text
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ShownLetter(
        long id,
        String at,
        String stage,
        String reason,
        String topic,
        int partition,
        long offset,
        int bytes,
        @Nullable String requeued,
        @Nullable String key,
        @Nullable Map<String, String> headers,
        @Nullable String value) {
    private static final int WIDTH = 76;
    private static final int SHOWN = 512;
    private static final int A_LINE = 16;

    static ShownLetter of(Letter letter) {
        return of(letter, null, null, null);
    }

    static ShownLetter whole(Letter letter, ProducerRecord<byte[], byte[]> original) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : original.headers()) {
            headers.put(header.key(), text(header.value()));
        }
        return of(
                letter,
                original.key() == null ? null : text(original.key()),
                headers,
                original.value() == null ? null : Base64.getEncoder().encodeToString(original.value()));
    }

    private static ShownLetter of(
            Letter letter, @Nullable String key, @Nullable Map<String, String> headers, @Nullable String value) {
        return new ShownLetter(
                letter.id(),
                letter.why().at().toString(),
                letter.why().stage(),
                letter.why().reason(),
                letter.why().topic(),
                letter.why().partition(),
                letter.why().offset(),
                letter.bytes(),
                letter.requeued() == null ? null : letter.requeued().toString(),
                key,
                headers,
                value);
    }

    /** For people, within 80 columns but for what has no blanks. */
    void printTo(PrintWriter out) {
        out.println("%d  %s  %s".formatted(id, at, stage));
        out.println("    from %s-%d@%d, %d bytes".formatted(topic, partition, offset, bytes));
        printWrapped(out, reason);
        if (requeued != null) {
            out.println("    put back at " + requeued);
        }
        if (headers == null) {
            return;
        }
        out.println("    key " + (key == null ? "none" : key));
        headers.forEach((name, content) -> out.println("    %s: %s".formatted(name, content)));
        if (value != null) {
            printDump(out, Base64.getDecoder().decode(value));
        }
    }

    private static void printWrapped(PrintWriter out, String text) {
        var line = new StringBuilder("   ");
        for (String word : text.strip().split("\\s+", -1)) {
            if (line.length() + word.length() + 1 > WIDTH && line.length() > 3) {
                out.println(line);
                line = new StringBuilder("   ");
            }
            line.append(' ').append(word);
        }
        out.println(line);
    }

    private static void printDump(PrintWriter out, byte[] bytes) {
        out.println();
        for (int at = 0; at < Math.min(bytes.length, SHOWN); at += A_LINE) {
            int end = Math.min(at + A_LINE, bytes.length);
            String hex = HexFormat.ofDelimiter(" ").formatHex(bytes, at, end);
            var text = new StringBuilder();
            for (int place = at; place < end; place++) {
                text.append(bytes[place] >= ' ' && bytes[place] < 127 ? (char) bytes[place] : '.');
            }
            out.println("%06x  %-47s  %s".formatted(at, hex, text));
        }
        if (bytes.length > SHOWN) {
            out.println("… and %d more: --out FILE writes all of them".formatted(bytes.length - SHOWN));
        }
    }

    private static String text(byte @Nullable [] bytes) {
        if (bytes == null) {
            return "";
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException binary) {
            return "0x" + HexFormat.of().formatHex(bytes);
        }
    }
}
