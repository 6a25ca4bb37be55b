package dev.millrace.sink.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    private final Secrets secrets = new Secrets(List.of(SampleSecrets.OPERATORS, "short"), true);

    private List<Finding> in(byte[] content) throws IOException {
        return secrets.in(new ByteArrayInputStream(content));
    }

    private List<Finding> in(String content) throws IOException {
        return in(content.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theLineIsTheOneWhereItStands() throws IOException {
        assertThat(in("1\n2\n3 " + SampleSecrets.of("github") + "\n4"))
                .extracting(Finding::what, Finding::line)
                .containsExactly(org.assertj.core.api.Assertions.tuple("what looks like a GitHub token", 3L));
    }

    @Test
    void theSameSecretTwiceIsOne() throws IOException {
        assertThat(in((SampleSecrets.of("github") + "\n").repeat(5))).hasSize(1);
    }

    @Test
    void whatIsFoundDoesNotShowTheSecret() throws IOException {
        assertThat(in("x " + SampleSecrets.OPERATORS).toString()).doesNotContain("horse");
    }

    @Test
    void aSecretIsFoundWhereverTheReadingIsCut() throws IOException {
        String token = SampleSecrets.of("gitlab");
        for (int before = (512 << 10) - 40; before <= 512 << 10; before += 7) {
            assertThat(in("\n".repeat(before) + token + "\n".repeat(100)))
                    .as("after %d", before)
                    .extracting(Finding::line)
                    .containsExactly(before + 1L);
        }
    }

    @Nested
    class HonestTextHolds {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                    "AKIAIOSFODNN7EXAMPLE",
                    "the header is -----BEGIN PRIVATE KEY----- and then comes the key",
                    "a task-list and a risk-free ask-me-anything",
                    "sk-123",
                    "commit 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12 and sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                    "short"
                })
        void noSecret(String text) throws IOException {
            assertThat(in(text)).isEmpty();
        }

        @Test
        void noneInAMillionRandomBytes() throws IOException {
            byte[] noise = new byte[1 << 20];
            new Random(1).nextBytes(noise);
            assertThat(in(noise)).isEmpty();
        }

        @Test
        void noneInAPublicKey() throws IOException {
            assertThat(in("""
                            -----BEGIN PUBLIC KEY-----
                            MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
                            -----END PUBLIC KEY-----
                            """)).isEmpty();
        }
    }

    @Nested
    class FromText {
        @Test
        void aSecretIsTakenOutAndTheRestStays() {
            assertThat(secrets.removedFrom("Grüße, the key is %s, näch­stes".formatted(SampleSecrets.OPERATORS)))
                    .isEqualTo("Grüße, the key is [removed: a secret of this Millrace's operator], näch­stes");
        }

        @Test
        void anEncodedOneGoesWithAllThatEncodesIt() {
            String encoded =
                    new String(SampleSecrets.as("base64-amid", SampleSecrets.OPERATORS), StandardCharsets.US_ASCII);

            assertThat(secrets.removedFrom("it is " + encoded + " there"))
                    .startsWith("it is [removed: a secret of this Millrace's operator]")
                    .doesNotContain(encoded.substring(8, 30))
                    .endsWith(" there");
        }

        @Test
        void whatHoldsNoneIsTheSame() {
            assertThat(secrets.removedFrom("nothing here")).isEqualTo("nothing here");
        }
    }
}
