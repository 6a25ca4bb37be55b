package dev.millrace.worker.workspace;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;

/** Which paths of a workspace its {@code .gitignore} files name, at all levels, as {@code git add} goes by them. */
final class Ignored {
    private final WorkspaceFiles files;
    private final Map<RawPath, IgnoreRules> rules = new HashMap<>();
    private final Map<RawPath, Boolean> directories = new HashMap<>();

    Ignored(WorkspaceFiles files) {
        this.files = files;
    }

    /** Whether a file or link is. */
    boolean contains(RawPath path) throws IOException {
        return decide(path, false);
    }

    private boolean decide(RawPath path, boolean isDirectory) throws IOException {
        RawPath parent = path.parent();
        if (!parent.isRoot() && isDirectoryIgnored(parent)) {
            return true;
        }
        for (RawPath directory = parent; ; directory = directory.parent()) {
            Boolean decided = rules(directory).decide(path.below(directory), isDirectory);
            if (decided != null) {
                return decided;
            }
            if (directory.isRoot()) {
                return false;
            }
        }
    }

    private boolean isDirectoryIgnored(RawPath directory) throws IOException {
        Boolean known = directories.get(directory);
        if (known == null) {
            known = decide(directory, true);
            directories.put(directory, known);
        }
        return known;
    }

    private IgnoreRules rules(RawPath directory) throws IOException {
        IgnoreRules known = rules.get(directory);
        if (known == null) {
            byte[] content = files.rules(directory.child(Constants.DOT_GIT_IGNORE));
            known = content == null ? IgnoreRules.NONE : IgnoreRules.parse(content);
            rules.put(directory, known);
        }
        return known;
    }
}
