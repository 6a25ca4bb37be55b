package dev.millrace.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.net.ConnectException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryFaultTest {
    @Test
    void aRegistryThatCannotBeReachedIsAway() {
        assertThat(RegistryFault.isAway(new SerializationException("no schema", new ConnectException("refused"))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void aRegistryInTroubleIsAway(int status) {
        assertThat(RegistryFault.isAway(
                        new SerializationException("no schema", new RestClientException("later", status, 50001))))
                .isTrue();
    }

    @Test
    void aSchemaThatTheRegistryDoesNotKnowIsTheRecordsOwnFault() {
        assertThat(RegistryFault.isAway(
                        new SerializationException("no schema", new RestClientException("unknown", 404, 40403))))
                .isFalse();
    }

    @Test
    void bytesThatAreNoRecordAreTheRecordsOwnFault() {
        assertThat(RegistryFault.isAway(new SerializationException("Unknown magic byte!")))
                .isFalse();
    }
}
