package dev.millrace.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.avro.TaskRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventHeadersTest {
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00.123Z");
    private static final TraceParent CAUSE = new TraceParent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    private final RecordHeaders headers = new RecordHeaders();

    @Test
    void anEventBearsTheAttributesOfCloudEventsInBinaryMode() {
        new EventHeaders("id-1", "dev.millrace.TaskRequest", "/millrace/ingest", NOON, "my-own-task", CAUSE)
                .writeTo(headers);
        assertThat(Header.all(headers))
                .isEqualTo(Map.of(
                        "ce_specversion", "1.0",
                        "ce_id", "id-1",
                        "ce_type", "dev.millrace.TaskRequest",
                        "ce_source", "/millrace/ingest",
                        "ce_time", "2026-11-01T12:00:00.123Z",
                        "ce_subject", "my-own-task",
                        "content-type", "application/avro",
                        "traceparent", CAUSE.value()));
    }

    @Test
    void attributesThatAreThereAreReplacedAndAllElseIsLeft() {
        headers.add("ce_id", bytes("old")).add("ce_id", bytes("older")).add("theirs", bytes("kept"));
        headers.add("traceparent", bytes("old"));
        event().writeTo(headers);
        event().writeTo(headers);
        assertThat(Header.all(headers)).hasSize(9).containsEntry("theirs", "kept");
    }

    @Test
    void theTypeIsTheRecordsNameWithoutItsJavaPackage() {
        assertThat(event().type()).isEqualTo("dev.millrace.TaskRequest");
    }

    @Test
    void everyEventHasAnIdOfItsOwn() {
        assertThat(event().id()).isNotEqualTo(event().id());
    }

    @Test
    void anEventIsTheNextSpanOfItsCause() {
        assertThat(event().trace().traceId()).isEqualTo(CAUSE.traceId());
        assertThat(event().trace()).isNotEqualTo(CAUSE);
    }

    @Nested
    class TheTraceOfARecord {
        @Test
        void isTheOneThatItCarries() {
            headers.add("traceparent", bytes(CAUSE.value()));
            assertThat(EventHeaders.traceOf(headers)).isEqualTo(CAUSE);
        }

        @Test
        void isNewWhereItCarriesNone() {
            assertThat(EventHeaders.traceOf(headers)).isNotEqualTo(EventHeaders.traceOf(headers));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "nonsense", "00-00000000000000000000000000000000-b7ad6b7169203331-01"})
        void isNewWhereItCarriesNonsense(String nonsense) {
            headers.add("traceparent", bytes(nonsense));
            assertThat(TraceParent.isOne(EventHeaders.traceOf(headers).value())).isTrue();
        }

        @Test
        void isNewWhereTheHeaderHasNoValue() {
            headers.add("traceparent", null);
            assertThat(TraceParent.isOne(EventHeaders.traceOf(headers).value())).isTrue();
        }
    }

    private static EventHeaders event() {
        return EventHeaders.of(TaskRequest.class, "/millrace/ingest", NOON, "my-own-task", CAUSE);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
