package dev.millrace.ingest.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpStatus;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.util.unit.DataSize;

class BodiesTest {
    private final Bodies bodies = new Bodies(DataSize.ofKilobytes(64), DataSize.ofKilobytes(128));

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8191, 8192, 8193, 65535, 65536})
    void aBodyComesOutAsItWentIn(int length) throws IOException {
        byte[] sent = new byte[length];
        new Random(1).nextBytes(sent);

        try (var body = bodies.read(request(sent), Deadline.in(Duration.ofMinutes(1)))) {
            assertThat(body.bytes()).isEqualTo(sent);
        }
    }

    @Test
    void memoryIsGivenBackHoweverReadingEnds() throws IOException {
        for (int i = 0; i < 100; i++) {
            bodies.read(request(new byte[60_000]), Deadline.in(Duration.ofMinutes(1)))
                    .close();
            refused(HttpStatus.CONTENT_TOO_LARGE, request(new byte[65_537]), Duration.ofMinutes(1));
            refused(HttpStatus.REQUEST_TIMEOUT, request(new byte[10]), Duration.ZERO);
            refused(HttpStatus.REQUEST_TIMEOUT, failing(new SocketTimeoutException()), Duration.ofMinutes(1));
            assertThatThrownBy(() ->
                            bodies.read(failing(new IOException("broken off")), Deadline.in(Duration.ofMinutes(1))))
                    .hasMessage("broken off");
        }
    }

    @Test
    void moreThanWasSetAsideIsNeverHeld() throws IOException {
        var deadline = Deadline.in(Duration.ofMinutes(1));
        try (var _ = bodies.read(request(new byte[60_000]), deadline)) {
            var second = bodies.read(request(new byte[50_000]), deadline);
            refused(HttpStatus.SERVICE_UNAVAILABLE, request(new byte[30_000]), Duration.ofMinutes(1));
            second.close();
            second.close();

            bodies.read(request(new byte[30_000]), deadline).close();
        }
    }

    private void refused(HttpStatus status, MockHttpServletRequest request, Duration time) {
        assertThatThrownBy(() -> bodies.read(request, Deadline.in(time)))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(status));
    }

    /** In chunks, so that the length is not known before. */
    private static MockHttpServletRequest request(byte[] body) {
        var request = new MockHttpServletRequest() {
            @Override
            public long getContentLengthLong() {
                return -1;
            }
        };
        request.setContent(body);
        return request;
    }

    private static MockHttpServletRequest failing(IOException failure) {
        return new MockHttpServletRequest() {
            @Override
            public ServletInputStream getInputStream() {
                return new ServletInputStream() {
                    @Override
                    public int read() throws IOException {
                        throw failure;
                    }

                    @Override
                    public int read(byte[] into, int at, int length) throws IOException {
                        throw failure;
                    }

                    @Override
                    public boolean isFinished() {
                        return false;
                    }

                    @Override
                    public boolean isReady() {
                        return true;
                    }

                    @Override
                    public void setReadListener(ReadListener listener) {
                        throw new UnsupportedOperationException();
                    }
                };
            }
        };
    }
}
