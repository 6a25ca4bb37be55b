package dev.millrace.worker.workspace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.attributes.Attribute;
import org.eclipse.jgit.attributes.Attributes;
import org.eclipse.jgit.attributes.AttributesNode;
import org.eclipse.jgit.attributes.AttributesRule;
import org.jspecify.annotations.Nullable;

/** What the {@code .gitattributes} of a directory and of those above it say: nothing else on this machine counts. */
final class AttributeRules {
    static final byte[] NO_FILE = {};

    private static final String MACRO = "[attr]";

    private final @Nullable AttributeRules above;
    private final RawPath directory;
    private final List<Rule> lastFirst = new ArrayList<>();
    private final Map<String, List<Attribute>> macros;

    private record Rule(Glob glob, List<Attribute> attributes) {}

    private AttributeRules(
            @Nullable AttributeRules above, RawPath directory, Map<String, List<Attribute>> macros, byte[] content)
            throws IOException {
        this.above = above;
        this.directory = directory;
        this.macros = macros;
        var node = new AttributesNode();
        node.parse(new ByteArrayInputStream(content));
        for (AttributesRule rule : node.getRules()) {
            String pattern = rule.getPattern();
            if (!pattern.startsWith(MACRO)) {
                String raw = new String(pattern.getBytes(UTF_8), ISO_8859_1);
                lastFirst.addFirst(new Rule(new Glob(raw), rule.getAttributes()));
            } else if (above == null) {
                macros.put(pattern.substring(MACRO.length()).strip(), rule.getAttributes());
            }
        }
    }

    /** @param content of the file at the root */
    static AttributeRules ofRoot(byte[] content) throws IOException {
        var macros = new HashMap<String, List<Attribute>>();
        macros.put(
                "binary",
                List.of(
                        new Attribute("diff", Attribute.State.UNSET),
                        new Attribute("merge", Attribute.State.UNSET),
                        new Attribute("text", Attribute.State.UNSET)));
        return new AttributeRules(null, RawPath.ROOT, macros, content);
    }

    /** @param content of the file in that directory */
    AttributeRules below(RawPath path, byte[] content) throws IOException {
        return content.length == 0 ? this : new AttributeRules(this, path, macros, content);
    }

    /** @param path of a file in this directory */
    Attributes of(RawPath path) {
        var found = new Attributes();
        for (AttributeRules level = this; level != null; level = level.above) {
            String relative = path.below(level.directory);
            for (Rule rule : level.lastFirst) {
                if (rule.glob().matches(relative)) {
                    rule.attributes().reversed().forEach(attribute -> add(attribute, found));
                }
            }
        }
        return found;
    }

    /** What was found first stays; an unspecified one too, which is nothing to {@link LineEnds}. */
    private void add(Attribute attribute, Attributes found) {
        if (found.containsKey(attribute.getKey())) {
            return;
        }
        found.put(attribute);
        if (attribute.getState() == Attribute.State.SET) {
            macros.getOrDefault(attribute.getKey(), List.of()).reversed().forEach(meant -> add(meant, found));
        }
    }
}
