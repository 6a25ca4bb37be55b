package dev.millrace.schemas.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepoIdTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"alice/demo", "Alice-2/demo.x", "a/b", "_x/-y", "0/1", "a.b-c/.github", "al/git", "a/x.gitt"})
    void whatGiteaAllowsIsTakenAndShownAsItWas(String fullName) {
        assertThat(RepoId.parse(fullName)).hasToString(fullName);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "alice",
                "/demo",
                "alice/",
                "alice/demo/x",
                "alice/..",
                "alice/.",
                "alice/-",
                "alice/a..b",
                "../demo",
                "a..b/demo",
                ".alice/demo",
                "-alice/demo",
                "alice-/demo",
                "alice/demo.git",
                "alice/demo.GIT",
                "alice/demo.wiki",
                "alice/demo.rss",
                "alice/demo.atom",
                "alice/demo.lock",
                "alice/de mo",
                "alice/demo\n",
                "alice/demo?x=1",
                "alice/demo#1",
                "alice/demö",
                "alice@host/demo",
                "alice\\x/demo"
            })
    void whatIsNoRepositoryIsRefused(String fullName) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RepoId.parse(fullName))
                .withMessageStartingWith("not a repository");
    }

    @Test
    void namesEndAtAHundredCharacters() {
        String longest = "x".repeat(100);
        assertThat(new RepoId(longest, longest).name()).isEqualTo(longest);
        assertThatIllegalArgumentException().isThrownBy(() -> new RepoId(longest + "x", "demo"));
        assertThatIllegalArgumentException().isThrownBy(() -> new RepoId("alice", longest + "x"));
    }

    @Test
    void everySpellingOfOneRepositoryHasOneKey() {
        assertThat(RepoId.parse("Alice/Demo").key())
                .isEqualTo(RepoId.parse("aLICE/dEMO").key())
                .isEqualTo("alice/demo");
    }

    @Test
    void whatWasRefusedIsShownWithoutControls() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RepoId.parse("alice/\u001b[31m" + "x".repeat(1_000)))
                .withMessageContaining("'?[31mxxx")
                .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(200));
    }
}
