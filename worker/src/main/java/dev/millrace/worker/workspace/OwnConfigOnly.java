package dev.millrace.worker.workspace;

import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;

/**
 * Makes JGit, in this whole process, read no configuration but a repository's own. Otherwise it looks for the machine's
 * by starting the host's {@code git}, and lets the user's change what it does.
 */
final class OwnConfigOnly extends SystemReader.Delegate {
    private OwnConfigOnly(SystemReader host) {
        super(host);
    }

    /** Repeatable; to be called before JGit is used. */
    static synchronized void install() {
        var host = SystemReader.getInstance();
        if (!(host instanceof OwnConfigOnly)) {
            SystemReader.setInstance(new OwnConfigOnly(host));
            // Nor does anybody wait for seconds while JGit finds out how exact this disk's clock is.
            FS.FileStoreAttributes.setBackground(true);
        }
    }

    @Override
    public FileBasedConfig openUserConfig(Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openSystemConfig(Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    private static final class Nothing extends FileBasedConfig {
        Nothing(Config parent, FS fs) {
            super(parent, null, fs);
        }

        @Override
        public void load() {
            // there is no file
        }

        @Override
        public void save() {
            // nothing that JGit measures is worth a file in somebody's home
        }

        @Override
        public boolean isOutdated() {
            return false;
        }
    }
}
