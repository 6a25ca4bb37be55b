package dev.millrace.worker.workspace;

import dev.millrace.worker.workspace.RepositorySettings.Limits;
import dev.millrace.worker.workspace.RepositorySettings.Rules;
import dev.millrace.worker.workspace.RepositorySettings.WhenVerifyFails;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads {@code .millrace.yml}; what makes no sense is refused by its line, what nobody knows is a note. */
final class RepositoryFile {
    static final int LIMIT = 64 << 10;
    static final List<String> KEYS = List.of(
            "image",
            "agent",
            "model",
            "set-up",
            "verify",
            "rounds",
            "when-verify-fails",
            "limits",
            "hosts",
            "instructions");
    static final List<String> LIMIT_KEYS = List.of("time", "command-time", "steps");

    private static final int MOST_ROUNDS = 10;
    private static final int MOST_STEPS = 100_000;
    private static final int LONGEST_INSTRUCTIONS = 16 << 10;
    private static final Pattern IMAGE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._:/@-]{0,254}");
    private static final Pattern AGENT = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Pattern MODEL = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._:/@+-]{0,199}");

    private RepositoryFile() {}

    static RepositorySettings read(String text) {
        Node root = compose(text);
        if (root == null || root.getTag().equals(Tag.NULL)) {
            return RepositorySettings.NONE;
        }
        var notes = new ArrayList<String>();
        var file = FileMapping.of(root, "", KEYS, notes);
        refuseHosts(file);
        return new RepositorySettings(
                file.word("image", IMAGE, "this names no image: write 'image: NAME:TAG'"),
                file.word("agent", AGENT, "this names no agent: write 'agent: NAME'"),
                file.word("model", MODEL, "this names no model: write 'model: NAME'"),
                file.commands("set-up"),
                file.commands("verify"),
                file.number("rounds", 0, MOST_ROUNDS),
                whenVerifyFails(file),
                limits(file, notes),
                instructions(file),
                notes);
    }

    /** Nodes only: nothing that the file names is ever made. */
    private static @Nullable Node compose(String text) {
        var options = new LoaderOptions();
        options.setCodePointLimit(LIMIT);
        options.setMaxAliasesForCollections(10);
        options.setNestingDepthLimit(20);
        try {
            return new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
        } catch (MarkedYAMLException wrong) {
            throw refused(wrong.getProblemMark(), "this is no YAML: " + wrong.getProblem());
        } catch (YAMLException wrong) {
            throw new RepositoryRefused(
                    "%s is no YAML: %s".formatted(RepositorySettings.FILE, wrong.getMessage()), wrong);
        }
    }

    private static void refuseHosts(FileMapping file) {
        Node hosts = file.value("hosts");
        if (hosts == null
                || (hosts instanceof SequenceNode list && list.getValue().isEmpty())) {
            return;
        }
        throw refused(
                hosts.getStartMark(),
                "'hosts' asks for the network, and no sandbox here has one: put what is needed into the image, and"
                        + " remove this");
    }

    private static @Nullable WhenVerifyFails whenVerifyFails(FileMapping file) {
        String remedy = "write 'wip', for a pull request that is work in progress, or 'nothing'";
        return switch (file.word("when-verify-fails", Pattern.compile("wip|nothing"), remedy)) {
            case "wip" -> WhenVerifyFails.WIP;
            case "nothing" -> WhenVerifyFails.NOTHING;
            default -> null; // not there: the pattern lets no other word through
        };
    }

    private static Limits limits(FileMapping file, List<String> notes) {
        Node value = file.value("limits");
        if (value == null) {
            return Limits.NONE;
        }
        var limits = FileMapping.of(value, "limits.", LIMIT_KEYS, notes);
        return new Limits(limits.time("time"), limits.time("command-time"), limits.number("steps", 1, MOST_STEPS));
    }

    private static List<Rules> instructions(FileMapping file) {
        String text = file.text("instructions", LONGEST_INSTRUCTIONS);
        return text.isBlank() ? List.of() : List.of(new Rules(RepositorySettings.FILE, text));
    }

    static RepositoryRefused refused(@Nullable Mark at, String why) {
        return new RepositoryRefused("%s, line %d: %s".formatted(RepositorySettings.FILE, line(at), why));
    }

    static int line(@Nullable Mark at) {
        return at == null ? 1 : at.getLine() + 1;
    }
}
