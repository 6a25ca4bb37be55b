package dev.millrace.standalone.forge;

import java.util.Locale;

/** What an account may do in a repository; each level includes those before it. */
public enum Access {
    NONE,
    READ,
    WRITE,
    ADMIN,
    OWNER;

    boolean includes(Access other) {
        return compareTo(other) >= 0;
    }

    /** Gitea's word for it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
