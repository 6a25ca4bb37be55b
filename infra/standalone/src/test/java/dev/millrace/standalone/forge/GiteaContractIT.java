package dev.millrace.standalone.forge;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract, against the practice forge always, and against a Gitea where {@code GITEA_CONTRACT_URL} names one and
 * {@code GITEA_CONTRACT_TOKEN} is an administrator's token of it. The tests are the same.
 */
class GiteaContractIT {
    /** Overheard: every request of the client and every answer of the practice forge is as Gitea describes its API. */
    @Nested
    class OnThePracticeForge extends WholeContract {
        private static final GiteaDescription DESCRIPTION = GiteaDescription.read();
        private static @Nullable Wiretap wiretap;
        private static @Nullable ForgeFixture fixture;

        @BeforeAll
        static void start(@TempDir Path dir, @TempDir Path work) throws Exception {
            var forge = DemoForge.start(dir);
            wiretap = new Wiretap(forge.url());
            fixture = ForgeFixture.practice(forge, wiretap.url(), work.resolve("clone"));
        }

        @AfterAll
        static void stop() throws Exception {
            requireNonNull(fixture).close();
            requireNonNull(wiretap).close();
        }

        @Override
        ForgeFixture forge() {
            return requireNonNull(fixture);
        }

        @AfterEach
        void everythingHeardIsAsDescribed() {
            for (var heard : requireNonNull(wiretap).heard()) {
                assertThat(DESCRIPTION.faults(heard))
                        .as("%s %s answered %d: %s", heard.method(), heard.uri(), heard.status(), heard.answer())
                        .isEmpty();
            }
        }
    }

    @Nested
    class OnAGitea extends WholeContract {
        private static @Nullable ForgeFixture fixture;

        @BeforeAll
        static void start(@TempDir Path work) throws Exception {
            var url = RealGitea.url();
            Assumptions.assumeTrue(url.isPresent(), "GITEA_CONTRACT_URL names no Gitea");
            fixture = RealGitea.fixture(url.orElseThrow(), work.resolve("clone"));
        }

        @AfterAll
        static void stop() throws Exception {
            if (fixture != null) {
                fixture.close();
            }
        }

        @Override
        ForgeFixture forge() {
            return requireNonNull(fixture);
        }
    }
}
