package dev.millrace.sink.changeset;

import static dev.millrace.sink.changeset.HandmadePack.bytes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.TreeWalk;

/** A directory to be, with whatever names and modes it is told, beginning with a base's. */
final class HostileTree {
    private static final String DIRECTORY = "40000";

    private sealed interface Content {
        record Leaf(ObjectId id) implements Content {}

        record Directory(HostileTree tree) implements Content {}
    }

    private static final class Entry {
        final String mode;
        final byte[] name;
        final Content content;

        Entry(String mode, byte[] name, Content content) {
            this.mode = mode;
            this.name = name;
            this.content = content;
        }

        byte[] sortable() {
            byte[] key = Arrays.copyOf(name, name.length + 1);
            key[name.length] = (byte) (mode.equals(DIRECTORY) ? '/' : 0);
            return key;
        }

        byte[] written(HandmadePack pack, boolean sorted) {
            return HandmadePack.entry(
                    mode,
                    name,
                    switch (content) {
                        case Content.Leaf leaf -> leaf.id();
                        case Content.Directory directory -> directory.tree().write(pack, sorted);
                    });
        }
    }

    private final List<Entry> entries = new ArrayList<>();

    static HostileTree of(Repository repository, ObjectId tree) throws IOException {
        var copy = new HostileTree();
        try (var walk = new TreeWalk(repository)) {
            walk.addTree(tree);
            while (walk.next()) {
                ObjectId id = walk.getObjectId(0);
                Content content = walk.isSubtree() ? new Content.Directory(of(repository, id)) : new Content.Leaf(id);
                copy.entries.add(new Entry(Integer.toOctalString(walk.getRawMode(0)), walk.getRawPath(), content));
            }
        }
        return copy;
    }

    /** Adds an entry, making directories on the way; whatever is there of that name stays, too. */
    void add(String path, String mode, ObjectId leaf) {
        int slash = path.indexOf('/');
        if (slash < 0) {
            add(bytes(path), mode, leaf);
        } else {
            directory(bytes(path.substring(0, slash))).add(path.substring(slash + 1), mode, leaf);
        }
    }

    /** Adds it here by these very bytes. */
    void add(byte[] name, String mode, ObjectId leaf) {
        entries.add(new Entry(mode, name, new Content.Leaf(leaf)));
    }

    void remove(String path) {
        int slash = path.indexOf('/');
        if (slash >= 0) {
            directory(bytes(path.substring(0, slash))).remove(path.substring(slash + 1));
        } else if (!entries.removeIf(entry -> Arrays.equals(entry.name, bytes(path)))) {
            throw new IllegalArgumentException("there is no " + path);
        }
    }

    ObjectId write(HandmadePack pack, boolean sorted) {
        var order = new ArrayList<>(entries);
        if (sorted) {
            order.sort((one, other) -> Arrays.compareUnsigned(one.sortable(), other.sortable()));
        }
        return pack.tree(
                order.stream().map(entry -> entry.written(pack, sorted)).toArray(byte[][]::new));
    }

    private HostileTree directory(byte[] name) {
        for (Entry entry : entries) {
            if (Arrays.equals(entry.name, name) && entry.content instanceof Content.Directory directory) {
                return directory.tree();
            }
        }
        var made = new HostileTree();
        entries.add(new Entry(DIRECTORY, name, new Content.Directory(made)));
        return made;
    }
}
