package dev.millrace.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.EOFException;
import java.net.ConnectException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutageTest {

    @Test
    void aRegistryThatNobodyAnswersForIsAway() {
        assertThat(Outage.isBehind(new SerializationException("schema 1", new ConnectException("refused"))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 408, 429, 500, 503})
    void aRegistryThatDoesNotServeUsNowIsAway(int status) {
        assertThat(Outage.isBehind(new SerializationException("x", new RestClientException("no", status, status))))
                .isTrue();
    }

    @Test
    void aSchemaThatTheRegistryDoesNotKnowIsNoOutage() {
        assertThat(Outage.isBehind(new SerializationException("x", new RestClientException("unknown", 404, 40403))))
                .isFalse();
    }

    @Test
    void bytesThatEndTooEarlyAreNoOutage() {
        assertThat(Outage.isBehind(new SerializationException("x", new EOFException())))
                .isFalse();
    }
}
