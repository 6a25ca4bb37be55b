package dev.millrace.standalone.forge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.util.io.NullOutputStream;

/** What commits change, for pages, pull requests and the payload of a push. */
final class Changes {
    private static final int MOST_SHOWN = 1 << 20;
    private static final int MOST_COUNTED = 1000;

    private Changes() {}

    record Paths(List<String> added, List<String> removed, List<String> modified) {}

    /** What a pull request says of its size. */
    record Size(long files, long added, long removed) {}

    /** The unified diff, cut off where it gets too long to be read. */
    static String diff(Repository git, ObjectId from, ObjectId to) {
        var text = new ByteArrayOutputStream();
        try (var formatter = new DiffFormatter(text)) {
            formatter.setRepository(git);
            formatter.setDetectRenames(true);
            for (DiffEntry entry : formatter.scan(from, to)) {
                formatter.format(entry);
                formatter.flush();
                if (text.size() > MOST_SHOWN) {
                    String shown = text.toString(StandardCharsets.UTF_8).substring(0, MOST_SHOWN / 4);
                    return shown + "\n… cut off\n";
                }
            }
            return text.toString(StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static Size size(Repository git, ObjectId from, ObjectId to) {
        try (var formatter = new DiffFormatter(NullOutputStream.INSTANCE)) {
            formatter.setRepository(git);
            long added = 0;
            long removed = 0;
            var entries = formatter.scan(from, to);
            for (DiffEntry entry : entries) {
                for (var edit : formatter.toFileHeader(entry).toEditList()) {
                    added += edit.getLengthB();
                    removed += edit.getLengthA();
                }
            }
            return new Size(entries.size(), added, removed);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static Paths paths(Repository git, RevCommit commit) {
        var paths = new Paths(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        try (var formatter = new DiffFormatter(NullOutputStream.INSTANCE)) {
            formatter.setRepository(git);
            ObjectId parent = commit.getParentCount() == 0 ? null : commit.getParent(0);
            for (DiffEntry entry : formatter.scan(parent, commit)) {
                switch (entry.getChangeType()) {
                    case ADD, COPY -> paths.added().add(entry.getNewPath());
                    case DELETE -> paths.removed().add(entry.getOldPath());
                    case MODIFY, RENAME -> paths.modified().add(entry.getNewPath());
                }
            }
            return paths;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The commits that the one reaches and the other does not, newest first, up to a thousand. */
    static List<RevCommit> between(Repository git, ObjectId known, ObjectId fresh) {
        var commits = new ArrayList<RevCommit>();
        try (var walk = new RevWalk(git)) {
            walk.markStart(walk.parseCommit(fresh));
            if (!known.equals(ObjectId.zeroId())) {
                walk.markUninteresting(walk.parseCommit(known));
            }
            for (RevCommit commit : walk) {
                if (commits.size() == MOST_COUNTED) {
                    break;
                }
                walk.parseBody(commit);
                commits.add(commit);
            }
            return commits;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
