package dev.millrace.worker.workspace;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
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
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * What a repository says of itself in {@code .millrace.yml}, in the commit that is worked on: never in the workspace,
 * where an agent could write it.
 *
 * @param image that its tasks run in; empty if it names none
 * @param notes for people, on what in the file means nothing to this worker
 */
public record RepositorySettings(String image, List<String> notes) {
    static final String FILE = ".millrace.yml";
    static final int LIMIT = 64 << 10;

    private static final Pattern IMAGE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._:/@-]{0,254}");

    public RepositorySettings {
        notes = List.copyOf(notes);
    }

    /**
     * Reads the commit's file.
     *
     * @throws RepositoryRefused if it makes no sense, with the line and the remedy
     * @throws RepositoryUnavailable if the commit's objects cannot be read
     */
    public static RepositorySettings of(Checkout checkout) {
        try {
            return checkout.file(FILE, LIMIT)
                    .map(content -> parse(new String(content, UTF_8)))
                    .orElse(new RepositorySettings("", List.of()));
        } catch (IOException unreadable) {
            checkout.suspect();
            throw new RepositoryUnavailable(
                    "%s of commit %s cannot be read: %s"
                            .formatted(FILE, checkout.baseCommit(), unreadable.getMessage()),
                    unreadable);
        }
    }

    static RepositorySettings parse(String text) {
        Node root = compose(text);
        if (root == null || root.getTag().equals(Tag.NULL)) {
            return new RepositorySettings("", List.of());
        }
        if (!(root instanceof MappingNode mapping)) {
            throw refused(root.getStartMark(), "this is no mapping: write 'key: value'");
        }
        String image = "";
        var notes = new ArrayList<String>();
        for (NodeTuple pair : mapping.getValue()) {
            Node key = pair.getKeyNode();
            if (!(key instanceof ScalarNode name)) {
                throw refused(key.getStartMark(), "a key must be a word");
            }
            if (!name.getValue().equals("image")) {
                notes.add("%s, line %d: '%s' is no key that this worker knows"
                        .formatted(
                                FILE,
                                line(key.getStartMark()),
                                RawPath.of(name.getValue().getBytes(UTF_8)).shown()));
            } else if (!image.isEmpty()) {
                throw refused(key.getStartMark(), "'image' comes twice: remove one");
            } else {
                image = image(pair.getValueNode());
            }
        }
        return new RepositorySettings(image, notes);
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
            throw new RepositoryRefused("%s is no YAML: %s".formatted(FILE, wrong.getMessage()), wrong);
        }
    }

    private static String image(Node value) {
        if (value instanceof ScalarNode scalar
                && scalar.getTag().equals(Tag.STR)
                && IMAGE.matcher(scalar.getValue()).matches()) {
            return scalar.getValue();
        }
        throw refused(value.getStartMark(), "this names no image: write 'image: NAME:TAG'");
    }

    private static RepositoryRefused refused(@Nullable Mark at, String why) {
        return new RepositoryRefused("%s, line %d: %s".formatted(FILE, line(at), why));
    }

    private static int line(@Nullable Mark at) {
        return at == null ? 1 : at.getLine() + 1;
    }
}
