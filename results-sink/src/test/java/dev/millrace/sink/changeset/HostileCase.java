package dev.millrace.sink.changeset;

import dev.millrace.schemas.avro.Changeset;
import dev.millrace.sink.secret.SampleSecrets;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/** A changeset that must be refused, written down in a file. What the files may say is told in docs/security.md. */
final class HostileCase {
    private static final Pattern NAME = Pattern.compile("(\\d{3})-[a-z0-9]+(-[a-z0-9]+)*\\.yaml");
    private static final String NOWHERE = "12345678901234567890123456789012345678ab";

    private final int number;
    private final CaseFields fields;
    private final String title;
    private final int threat;
    private final Set<Rule> stoppedBy = EnumSet.noneOf(Rule.class);
    private final String refused;
    private final Map<String, String> limits;
    private final Optional<String> unshown;
    private final boolean otherwise;

    /** What is to be judged, and what was claimed of it. */
    record Hostile(Changeset changeset, Claim claim) {}

    private HostileCase(int number, CaseFields fields) {
        this.number = number;
        this.fields = fields;
        this.title = fields.needed("title");
        this.threat = Math.toIntExact(fields.number("threat").orElseThrow(() -> fields.wrong("'threat' is missing")));
        fields.texts("stopped-by").forEach(word -> stoppedBy.add(Rule.valueOf(word.toUpperCase(Locale.ROOT))));
        this.refused = fields.needed("refused");
        this.limits = fields.map("limits");
        this.unshown = fields.text("unshown");
        this.otherwise =
                fields.text("without").filter("refused otherwise"::equals).isPresent();
        if (stoppedBy.isEmpty() && unshown.isEmpty()) {
            throw fields.wrong("'stopped-by' is missing, or 'unshown' with the reason");
        }
    }

    /** All of them by number, or those that {@code -Dhostile=7,12} names. */
    static List<HostileCase> all() {
        var directory = Objects.requireNonNull(HostileCase.class.getResource("hostile"));
        List<String> only = List.of(System.getProperty("hostile", "").split(","));
        try (var files = Files.list(Path.of(directory.toURI()))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .map(HostileCase::read)
                    .filter(it -> only.contains("") || only.contains(Integer.toString(it.number)))
                    .sorted(Comparator.comparingInt(HostileCase::number))
                    .toList();
        } catch (IOException | URISyntaxException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    private static HostileCase read(Path file) {
        String name = String.valueOf(file.getFileName());
        Matcher named = NAME.matcher(name);
        if (!named.matches()) {
            throw new IllegalArgumentException(name + ": a case's file is called such as 007-words-of-it.yaml");
        }
        try (Reader reader = Files.newBufferedReader(file)) {
            return new HostileCase(Integer.parseInt(named.group(1)), CaseFields.read(name, reader));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    int number() {
        return number;
    }

    int threat() {
        return threat;
    }

    /** Each of these would refuse it alone. */
    Set<Rule> stoppedBy() {
        return EnumSet.copyOf(stoppedBy);
    }

    /** Words of the reason. */
    String refused() {
        return refused;
    }

    Map<String, String> limits() {
        return limits;
    }

    /** Why it cannot be shown what happens without the rules. */
    Optional<String> unshown() {
        return unshown;
    }

    /** Whether something that is no check of ours stumbles over it, too. */
    boolean otherwise() {
        return otherwise;
    }

    @Override
    public String toString() {
        return "%03d %s".formatted(number, title);
    }

    Hostile against(BaseRepository base) throws IOException {
        var pack = new HandmadePack();
        HostilePacks.fill(pack, fields.map("pack"));
        var root = HostileTree.of(base.repository(), base.tree());
        fields.texts("remove").forEach(root::remove);
        for (CaseFields entry : fields.list("add")) {
            add(entry, root, pack, base);
        }
        var nested = HostilePacks.directories(pack, fields.map("pack"));
        nested.ifPresent(tree -> root.add("zz", "40000", tree));
        ObjectId tree = root.write(pack, !fields.text("order").equals(Optional.of("as-written")));
        ObjectId head = head(pack, tree, base);
        byte[] bytes = HostilePacks.spoilt(pack.bytes(), fields.map("spoil"));
        var changeset = changeset(bytes, head, base);
        var claim = claim(changeset, base);
        fields.done();
        return new Hostile(changeset, claim);
    }

    private static void add(CaseFields entry, HostileTree root, HandmadePack pack, BaseRepository base) {
        String mode = entry.text("mode").orElse("100644");
        ObjectId content = content(entry, pack, base);
        long times = entry.number("times").orElse(1L);
        for (long i = 0; i < times; i++) {
            Optional<String> hex = entry.text("hex");
            if (hex.isPresent()) {
                root.add(HexFormat.of().parseHex(hex.get()), mode, content);
            } else if (entry.text("name").isPresent()) {
                root.add(HandmadePack.bytes(entry.needed("name")), mode, content);
            } else {
                root.add(entry.needed("path"), mode, content);
            }
        }
        entry.done();
    }

    private static ObjectId content(CaseFields entry, HandmadePack pack, BaseRepository base) {
        Optional<String> is = entry.text("is");
        if (is.isPresent()) {
            return switch (is.get()) {
                case "nowhere" -> ObjectId.fromString(NOWHERE);
                case "the read-me" -> base.aBlob();
                case "a directory" -> pack.tree(HandmadePack.file("x", pack.blob("x")));
                case "no directory" -> pack.blob("no directory\n");
                case "a commit" -> ObjectId.fromString(base.commit());
                default -> throw entry.wrong("nobody knows what '%s' is".formatted(is.get()));
            };
        }
        Optional<String> secret = entry.text("secret");
        if (secret.isPresent()) {
            byte[] spelt = SampleSecrets.as(entry.text("as").orElse("plain"), SampleSecrets.of(secret.get()));
            byte[] before = entry.text("text").orElse("first line\nkey: ").getBytes(StandardCharsets.UTF_8);
            int far = Math.toIntExact(entry.number("after-bytes").orElse(0L));
            byte[] all = new byte[far + before.length + spelt.length + 1];
            Arrays.fill(all, 0, far, (byte) '.');
            System.arraycopy(before, 0, all, far, before.length);
            System.arraycopy(spelt, 0, all, far + before.length, spelt.length);
            all[all.length - 1] = '\n';
            return pack.add(Constants.OBJ_BLOB, all);
        }
        return pack.blob(entry.text("text").orElse("hostile\n"));
    }

    private ObjectId head(HandmadePack pack, ObjectId tree, BaseRepository base) {
        var commit = fields.map("commit");
        String parents = commit.getOrDefault("parents", "base");
        var lines = new StringBuilder("tree %s\n".formatted(tree.name()));
        for (String parent : parents.isEmpty() ? new String[0] : parents.split(" ")) {
            lines.append("parent %s\n"
                    .formatted(
                            switch (parent) {
                                case "base" -> base.commit();
                                case "older" -> base.olderCommit();
                                case "nowhere" -> NOWHERE;
                                case "root" -> pack.commitWithoutParent(tree).name();
                                case "elsewhere" ->
                                    pack.commit(tree, base.olderCommit()).name();
                                case "blob" -> base.aBlob().name();
                                default -> throw fields.wrong("nobody knows the parent " + parent);
                            }));
        }
        lines.append(commit.getOrDefault("author", "author Admin <admin@example.org> 1 +0000"))
                .append('\n')
                .append(commit.getOrDefault("committer", "committer Admin <admin@example.org> 1 +0000"))
                .append("\n\nas if by the admin\n");
        return pack.add(Constants.OBJ_COMMIT, lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    private Changeset changeset(byte[] pack, ObjectId head, BaseRepository base) {
        String said = switch (fields.text("head").orElse("")) {
            case "" -> head.name();
            case "a blob" -> base.aBlob().name();
            case "an option" -> "--upload-pack=evil";
            case "nowhere" -> NOWHERE;
            case "older" -> base.olderCommit();
            default -> throw fields.wrong("nobody knows that head");
        };
        String from = switch (fields.text("base").orElse("")) {
            case "" -> base.commit();
            case "older" -> base.olderCommit();
            case "nowhere" -> NOWHERE;
            default -> throw fields.wrong("nobody knows that base");
        };
        return new Changeset(BaseRepository.TASK, "acme/app", 1, from, said, ByteBuffer.wrap(pack));
    }

    private Claim claim(Changeset changeset, BaseRepository base) {
        var honest = BaseRepository.claim(changeset);
        var lie = fields.map("claim");
        return new Claim(
                lie.getOrDefault("task", honest.taskId()),
                Integer.parseInt(lie.getOrDefault("attempt", "1")),
                lie.containsKey("base") ? base.commit() : honest.baseCommit(),
                lie.getOrDefault("sha256", honest.sha256()),
                honest.bytes() + Long.parseLong(lie.getOrDefault("more-bytes", "0")));
    }
}
