package dev.millrace.sink.changeset;

import static dev.millrace.sink.changeset.HandmadePack.bytes;
import static dev.millrace.sink.changeset.HandmadePack.directory;
import static dev.millrace.sink.changeset.HandmadePack.entry;
import static dev.millrace.sink.changeset.HandmadePack.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.millrace.schemas.avro.Changeset;
import dev.millrace.sink.changeset.Verdict.FileChange;
import dev.millrace.sink.changeset.Verdict.Kind;
import dev.millrace.sink.secret.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ChangesetJudgeTest {
    @TempDir
    Path directory;

    private BaseRepository base;
    private final HandmadePack pack = new HandmadePack();

    @BeforeEach
    void makeBase() throws IOException {
        base = new BaseRepository(directory.resolve("base.git"));
    }

    @AfterEach
    void closeBase() {
        base.close();
    }

    static ChangesetProperties limits(Map<String, String> changed) {
        return new Binder(new MapConfigurationPropertySource(changed))
                .bindOrCreate("millrace.sink.changeset", ChangesetProperties.class);
    }

    private Verdict judge(Changeset changeset) throws IOException {
        return judge(changeset, Map.of());
    }

    private Verdict judge(Changeset changeset, Map<String, String> changed) throws IOException {
        return judge(BaseRepository.claim(changeset), changeset, changed);
    }

    private Verdict judge(Claim claim, Changeset changeset, Map<String, String> changed) throws IOException {
        try (var quarantine = Quarantine.over(base.repository(), directory.resolve("quarantine"))) {
            return new ChangesetJudge(limits(changed), new Secrets(List.of(), true))
                    .judge(claim, changeset, quarantine);
        }
    }

    private void assertRefused(Verdict verdict, String because) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused ->
                                assertThat(String.join("\n", refused.reasons())).contains(because));
    }

    @Nested
    class AnHonestChange {
        @Test
        void isAcceptedAsItIs() throws IOException {
            ObjectId changed = pack.blob("read me again\n");
            ObjectId tree = pack.tree(
                    base.github(),
                    file("README.md", changed),
                    base.link(),
                    entry("100755", bytes("run.sh"), pack.blob("#!/bin/sh\n")));

            var verdict = judge(base.changeset(pack, tree));

            assertThat(verdict)
                    .isEqualTo(new Verdict.Accepted(
                            tree,
                            List.of(
                                    new FileChange("README.md", Kind.CHANGED),
                                    new FileChange("run.sh", Kind.ADDED),
                                    new FileChange("src/Main.java", Kind.DELETED))));
        }

        @Test
        void mayUseWhatTheBaseHoldsAlready() throws IOException {
            ObjectId tree =
                    pack.tree(base.github(), file("COPY.md", base.aBlob()), base.readme(), base.link(), base.src());

            assertThat(judge(base.changeset(pack, tree))).isInstanceOf(Verdict.Accepted.class);
        }

        @Test
        void mayRemoveALinkThatTheBaseHas() throws IOException {
            ObjectId tree = pack.tree(base.github(), base.readme(), base.src());

            assertThat(judge(base.changeset(pack, tree)))
                    .isEqualTo(new Verdict.Accepted(tree, List.of(new FileChange("link", Kind.DELETED))));
        }

        @Test
        void mayHaveAnyLanguageInItsNames() throws IOException {
            ObjectId tree = pack.tree(
                    base.github(), base.readme(), base.link(), base.src(), file("überblick-概要.md", pack.blob("…")));

            assertThat(judge(base.changeset(pack, tree))).isInstanceOf(Verdict.Accepted.class);
        }

        @Test
        void thatComesAsADeltaIsAccepted() throws IOException {
            ObjectId whole = pack.blob("read me\n");
            // takes all eight bytes of its base, then adds one
            pack.delta(whole, new byte[] {8, 9, (byte) 0x90, 8, 1, '!'});
            var grown =
                    new org.eclipse.jgit.lib.ObjectInserter.Formatter().idFor(Constants.OBJ_BLOB, bytes("read me\n!"));
            ObjectId tree = pack.tree(base.github(), file("README.md", grown), base.link(), base.src());

            assertThat(judge(base.changeset(pack, tree))).isInstanceOf(Verdict.Accepted.class);
        }

        @Test
        void leavesNothingBehind() throws IOException {
            ObjectId added = pack.blob("new\n");
            ObjectId tree = pack.tree(base.github(), base.readme(), base.link(), file("new.txt", added), base.src());

            judge(base.changeset(pack, tree));

            try (var left = Files.list(directory.resolve("quarantine"))) {
                assertThat(left).isEmpty();
            }
            assertThat(base.repository().getObjectDatabase().has(added)).isFalse();
        }
    }

    @Test
    void theBaseItselfIsNoChange() throws IOException {
        ObjectId tree = pack.tree(base.github(), base.readme(), base.link(), base.src());

        assertThat(judge(base.changeset(pack, tree))).isEqualTo(new Verdict.Empty());
    }

    @Nested
    class AHostileTree {

        static Stream<Arguments> names() {
            return Stream.of(
                    arguments("100644", bytes(".git"), "malformed object"),
                    arguments("100644", bytes(".GIT"), "malformed object"),
                    arguments("100644", bytes(".Git "), "malformed object"),
                    arguments("100644", bytes(".git."), "malformed object"),
                    arguments("100644", bytes("git~1"), "malformed object"),
                    arguments("100644", bytes("GIT~1"), "malformed object"),
                    arguments("100644", bytes(".g\u200cit"), "malformed object"),
                    arguments("100644", bytes(".git::$INDEX_ALLOCATION"), "malformed object"),
                    arguments("100644", bytes("."), "malformed object"),
                    arguments("100644", bytes(".."), "malformed object"),
                    arguments("100644", bytes(""), "malformed object"),
                    arguments("100644", bytes("a/b"), "malformed object"),
                    arguments("100644", bytes("a\\..\\b"), "malformed object"),
                    arguments("100644", bytes("CON"), "malformed object"),
                    arguments("100644", bytes("a:b"), "malformed object"),
                    arguments("100644", bytes("nl\nname"), "malformed object"),
                    arguments("100644", bytes("esc\u001b[2Jname"), "malformed object"),
                    arguments("100644", bytes("del\u007fname"), "control or invisible characters"),
                    arguments("100644", bytes("c1\u0085name"), "control or invisible characters"),
                    arguments("100644", bytes("cod\u202etxt.exe"), "control or invisible characters"),
                    arguments("100644", bytes("zero\u200bwidth"), "control or invisible characters"),
                    arguments("100644", new byte[] {'l', 'a', (byte) 0xe9, 't'}, "not UTF-8"),
                    arguments("120000", bytes("z-link"), "is a symbolic link"),
                    arguments("160000", bytes("z-module"), "is a submodule"),
                    arguments("100664", bytes("z-group"), "is of a mode that git does not write (100664)"),
                    arguments("104755", bytes("z-setuid"), "mode"),
                    arguments("0100644", bytes("z-leading"), "malformed object"),
                    arguments("20000", bytes("z-device"), "malformed object"),
                    arguments("100644", bytes(".gitmodules"), "is protected"),
                    arguments("100644", bytes(".GitModules"), "is protected"),
                    arguments("100644", bytes("CODEOWNERS"), "is protected"),
                    arguments("100644", bytes("codeowners"), "is protected"),
                    arguments("100644", bytes(".millrace.yml"), "is protected"),
                    arguments("100644", bytes(".gitea"), "is protected"),
                    arguments("100644", bytes(".GITHUB"), "malformed object"));
        }

        @ParameterizedTest
        @MethodSource("names")
        void isRefusedWithItsReason(String mode, byte[] name, String because) throws IOException {
            var entries = Stream.of(
                            base.github(),
                            base.readme(),
                            base.link(),
                            base.src(),
                            entry(mode, name, pack.blob("hostile\n")))
                    .sorted(ChangesetJudgeTest::inGitsOrder)
                    .toArray(byte[][]::new);

            assertRefused(judge(base.changeset(pack, pack.tree(entries))), because);
        }

        @ParameterizedTest
        @CsvSource({
            ".gitea,workflows,x.yml",
            ".Gitea,workflows,x.yml",
            ".github,workflows,new.yml",
            ".forgejo,workflows,x.yml",
            "CODEOWNERS,a,b",
            "a,b,.gitmodules"
        })
        void isRefusedBelowAProtectedPath(String top, String middle, String name) throws IOException {
            ObjectId inner = pack.tree(file(name, pack.blob("on: push\n")));
            ObjectId outer = pack.tree(directory(middle, inner));
            var entries = Stream.of(base.readme(), base.link(), base.src(), directory(top, outer))
                    .sorted(ChangesetJudgeTest::inGitsOrder)
                    .toArray(byte[][]::new);

            assertRefused(judge(base.changeset(pack, pack.tree(entries))), "is protected");
        }

        @Test
        void mayNotRemoveAProtectedFile() throws IOException {
            ObjectId tree = pack.tree(base.readme(), base.link(), base.src());

            assertRefused(judge(base.changeset(pack, tree)), "`.github/ci.yml` is protected");
        }

        @Test
        void mayNotHaveCodeownersInDocs() throws IOException {
            ObjectId docs = pack.tree(file("CODEOWNERS", pack.blob("* @me\n")));
            ObjectId tree = pack.tree(base.github(), base.readme(), directory("docs", docs), base.link(), base.src());

            assertRefused(judge(base.changeset(pack, tree)), "`docs/CODEOWNERS` is protected");
        }

        @Test
        void mayNotTurnALinkElsewhere() throws IOException {
            ObjectId tree = pack.tree(
                    base.github(), base.readme(), entry("120000", bytes("link"), pack.blob("/etc/passwd")), base.src());

            assertRefused(judge(base.changeset(pack, tree)), "`link` is a symbolic link");
        }

        @Test
        void mayNotHoldTheSameNameTwice() throws IOException {
            ObjectId blob = pack.blob("x");
            ObjectId tree = pack.tree(
                    base.github(), base.readme(), base.link(), base.src(), file("twice", blob), file("twice", blob));

            assertRefused(judge(base.changeset(pack, tree)), "malformed object");
        }

        @Test
        void mayNotHoldNamesThatDifferInCaseOnly() throws IOException {
            ObjectId blob = pack.blob("x");
            ObjectId tree = pack.tree(base.github(), base.readme(), base.link(), file("readme.md", blob), base.src());

            assertRefused(judge(base.changeset(pack, tree)), "malformed object");
        }

        @Test
        void mayNotBeOutOfOrder() throws IOException {
            ObjectId tree = pack.tree(base.src(), base.readme(), base.link(), base.github());

            assertRefused(judge(base.changeset(pack, tree)), "malformed object");
        }

        @Test
        void mayNotBeDeeperThanAllowed() throws IOException {
            ObjectId tree = pack.tree(file("deep.txt", pack.blob("x")));
            for (int depth = 0; depth < 40; depth++) {
                tree = pack.tree(directory("d", tree));
            }
            ObjectId root = pack.tree(base.github(), base.readme(), directory("d", tree), base.link(), base.src());

            assertRefused(judge(base.changeset(pack, root)), "deeper than the 32 directories");
        }

        @Test
        void mayNotPointToWhatIsNowhere() throws IOException {
            var nowhere = ObjectId.fromString("12345678901234567890123456789012345678ab");
            ObjectId tree = pack.tree(base.github(), base.readme(), base.link(), base.src(), file("z", nowhere));

            assertRefused(judge(base.changeset(pack, tree)), "incomplete or malformed");
        }

        @Test
        void mayNotPassATreeOffAsAFile() throws IOException {
            ObjectId inner = pack.tree(file("x", pack.blob("x")));
            ObjectId tree = pack.tree(base.github(), base.readme(), base.link(), base.src(), file("z", inner));

            assertRefused(judge(base.changeset(pack, tree)), "incomplete or malformed");
        }
    }

    @Nested
    class ALieAboutThePack {
        private Changeset honest() {
            ObjectId tree = pack.tree(base.github(), base.readme(), base.link(), base.src(), file("z", pack.blob("x")));
            return base.changeset(pack, tree);
        }

        @Test
        void byAnotherSumIsRefused() throws IOException {
            var changeset = honest();
            var claim = BaseRepository.claim(changeset);

            assertRefused(
                    judge(
                            new Claim(claim.taskId(), 1, claim.baseCommit(), "0".repeat(64), claim.bytes()),
                            changeset,
                            Map.of()),
                    "SHA-256");
            assertRefused(
                    judge(
                            new Claim(claim.taskId(), 1, claim.baseCommit(), claim.sha256(), claim.bytes() + 1),
                            changeset,
                            Map.of()),
                    "length");
        }

        @Test
        void byAnotherTaskOrAttemptIsRefused() throws IOException {
            var changeset = honest();
            var claim = BaseRepository.claim(changeset);

            assertRefused(
                    judge(
                            new Claim("task-0000002", 1, claim.baseCommit(), claim.sha256(), claim.bytes()),
                            changeset,
                            Map.of()),
                    "another task or attempt");
            assertRefused(
                    judge(
                            new Claim(claim.taskId(), 2, claim.baseCommit(), claim.sha256(), claim.bytes()),
                            changeset,
                            Map.of()),
                    "another task or attempt");
        }

        @Test
        void byAnotherBaseIsRefused() throws IOException {
            var changeset = honest();
            var claim = BaseRepository.claim(changeset);

            assertRefused(
                    judge(
                            new Claim(claim.taskId(), 1, "1".repeat(40), claim.sha256(), claim.bytes()),
                            changeset,
                            Map.of()),
                    "another commit than the one that was given");
        }

        @Test
        void byABaseThatIsNotThereIsRefused() throws IOException {
            var honest = honest();
            var changeset = new Changeset(
                    BaseRepository.TASK, "acme/app", 1, "1".repeat(40), honest.getHeadCommit(), honest.getPack());

            assertRefused(judge(changeset), "base commit 1111111111 is not there");
        }

        @Test
        void byAHeadThatIsNoCommitIsRefused() throws IOException {
            var pack = honest().getPack().array();

            assertRefused(judge(base.changeset(pack, base.aBlob().name())), "head commit");
            assertRefused(judge(base.changeset(pack, "--upload-pack=evil")), "name no head commit");
        }
    }

    @Nested
    class ADamagedPack {
        @Test
        void isRefusedWhereverItIsCut() throws IOException {
            ObjectId tree = pack.tree(base.github(), base.readme(), base.link(), base.src());
            ObjectId head = pack.commit(tree, base.commit());
            byte[] whole = pack.bytes();

            for (int length = 0; length < whole.length; length += 7) {
                assertThat(judge(base.changeset(java.util.Arrays.copyOf(whole, length), head.name())))
                        .as("cut at %d", length)
                        .isInstanceOf(Verdict.Refused.class);
            }
        }

        @Test
        void isRefusedWhereverABitIsTurned() throws IOException {
            ObjectId tree = pack.tree(base.github(), base.readme(), base.link(), base.src());
            ObjectId head = pack.commit(tree, base.commit());
            byte[] whole = pack.bytes();

            for (int at = 0; at < whole.length; at += 11) {
                byte[] turned = whole.clone();
                turned[at] ^= 0x10;
                assertThat(judge(base.changeset(turned, head.name())))
                        .as("turned at %d", at)
                        .isInstanceOf(Verdict.Refused.class);
            }
        }

        @Test
        void isRefusedIfItLeansOnTheBaseForADelta() throws IOException {
            pack.delta(base.aBlob(), new byte[] {8, 1, 1, '!'});
            ObjectId tree = pack.tree(base.github(), base.readme(), base.link(), base.src());

            assertRefused(judge(base.changeset(pack, tree)), "malformed object");
        }

        @Test
        void isRefusedIfADeltaReachesOutOfItsBase() throws IOException {
            ObjectId whole = pack.blob("short");
            pack.delta(whole, new byte[] {5, 100, (byte) 0x91, 100, 100});
            ObjectId tree = pack.tree(base.github(), base.readme(), base.link(), base.src());

            assertRefused(judge(base.changeset(pack, tree)), "malformed object");
        }
    }

    @Nested
    class ABomb {
        @Test
        void ofObjectsIsRefusedByItsHeader() throws IOException {
            byte[] empty = new HandmadePack().bytes(Integer.MAX_VALUE);
            byte[] unsigned = new HandmadePack().bytes(-1);

            assertRefused(judge(base.changeset(empty, base.commit())), "hold 2147483647 objects");
            assertRefused(judge(base.changeset(unsigned, base.commit())), "hold 4294967295 objects");
        }

        @Test
        void ofOneLargeObjectIsRefused() throws IOException {
            pack.add(Constants.OBJ_BLOB, new byte[17 << 20]);

            assertRefused(judge(base.changeset(pack.bytes(), base.commit())), "takes 17.0 MB; at most 16.0 MB");
        }

        @Test
        void ofManyObjectsThatAreFineAloneIsRefused() throws IOException {
            for (int i = 0; i < 6; i++) {
                byte[] content = new byte[15 << 20];
                content[0] = (byte) i;
                pack.add(Constants.OBJ_BLOB, content);
            }

            assertRefused(judge(base.changeset(pack.bytes(), base.commit())), "more than the 64.0 MB");
        }

        @Test
        void thatHidesItsSizeIsRefused() throws IOException {
            pack.lying(Constants.OBJ_BLOB, 10, new byte[1 << 20]);

            assertRefused(judge(base.changeset(pack.bytes(), base.commit())), "larger than it says");
        }

        @Test
        void ofADeltaThatGrowsIsRefused() throws IOException {
            ObjectId small = pack.blob("x");
            // from 1 byte to 2^34
            pack.delta(small, new byte[] {1, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x40});

            assertRefused(judge(base.changeset(pack.bytes(), base.commit())), "at most 16.0 MB");
        }

        @Test
        void ofDirectoriesIsRefused() throws IOException {
            ObjectId tree = pack.tree();
            for (int level = 0; level < 9; level++) {
                byte[][] entries = new byte[10][];
                for (int i = 0; i < 10; i++) {
                    entries[i] = directory("d" + i, tree);
                }
                tree = pack.tree(entries);
            }

            assertRefused(judge(base.changeset(pack, tree)), "Too many directories");
        }

        @Test
        void ofFilesIsRefused() throws IOException {
            ObjectId blob = pack.blob("x");
            ObjectId tree = pack.tree(file("f", blob));
            for (int level = 0; level < 9; level++) {
                byte[][] entries = new byte[10][];
                for (int i = 0; i < 10; i++) {
                    entries[i] = directory("d" + i, tree);
                }
                tree = pack.tree(entries);
            }

            assertRefused(
                    judge(base.changeset(pack, tree), Map.of("millrace.sink.changeset.max-files", "500")),
                    "Too many directories");
        }

        @Test
        void ofFilesInOneDirectoryIsRefused() throws IOException {
            ObjectId blob = pack.blob("x");
            byte[][] entries = new byte[1200][];
            for (int i = 0; i < entries.length; i++) {
                entries[i] = file("f%04d".formatted(i), blob);
            }
            ObjectId many = pack.tree(entries);
            ObjectId tree = pack.tree(base.github(), base.readme(), base.link(), directory("many", many), base.src());

            assertRefused(
                    judge(base.changeset(pack, tree), Map.of("millrace.sink.changeset.max-files", "1000")),
                    "More than 1000 files change");
        }

        @Test
        void thatIsSimplyTooLongIsRefused() throws IOException {
            ObjectId tree = pack.tree(base.github(), base.readme(), base.link(), base.src());

            assertRefused(
                    judge(base.changeset(pack, tree), Map.of("millrace.sink.changeset.max-pack", "100B")),
                    "at most 100 bytes are allowed");
        }
    }

    @Test
    void namesThatTheBaseAlreadyHasCanBeAllowed() throws IOException {
        ObjectId tree =
                pack.tree(base.github(), base.readme(), file("aux.c", pack.blob("int x;\n")), base.link(), base.src());
        var changeset = base.changeset(pack, tree);

        assertRefused(judge(changeset), "malformed object");
        assertThat(judge(changeset, Map.of("millrace.sink.changeset.portable-names", "false")))
                .isInstanceOf(Verdict.Accepted.class);
    }

    @ParameterizedTest
    @MethodSource("namesThatAreNeverAllowed")
    void namesThatDeceiveAreRefusedWhateverNamesAreAllowed(String name, String because) throws IOException {
        var entries = Stream.of(
                        base.github(), base.readme(), base.link(), base.src(), file(name, pack.blob("hostile\n")))
                .sorted(ChangesetJudgeTest::inGitsOrder)
                .toArray(byte[][]::new);
        var changeset = base.changeset(pack, pack.tree(entries));

        assertRefused(judge(changeset, Map.of("millrace.sink.changeset.portable-names", "false")), because);
    }

    static Stream<Arguments> namesThatAreNeverAllowed() {
        return Stream.of(
                arguments(".git", "malformed object"),
                arguments(".GIT", "malformed object"),
                arguments("git~1", "malformed object"),
                arguments(".g\u200cit", "control or invisible characters"),
                arguments("nl\nname", "control or invisible characters"),
                arguments("esc\u001b[2Jname", "control or invisible characters"));
    }

    private static int inGitsOrder(byte[] one, byte[] other) {
        return java.util.Arrays.compareUnsigned(sortable(one), sortable(other));
    }

    private static byte[] sortable(byte[] entry) {
        int space = 0;
        while (entry[space] != ' ') {
            space++;
        }
        int end = space;
        while (entry[end] != 0) {
            end++;
        }
        byte[] name = java.util.Arrays.copyOfRange(entry, space + 1, end + 1);
        if (entry[0] == '4') {
            name[name.length - 1] = '/';
        }
        return name;
    }
}
