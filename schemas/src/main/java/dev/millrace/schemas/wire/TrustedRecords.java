package dev.millrace.schemas.wire;

import org.apache.avro.util.ClassSecurityValidator;

/**
 * Tells Avro that Millrace's generated records may be made from data. Avro trusts no class that it was not told about,
 * and asks even when a builder fills in a default; so the build lets every generated record call this first.
 */
public final class TrustedRecords {
    private static final String PACKAGE = "dev.millrace.schemas.avro";

    static {
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(), type -> PACKAGE.equals(type.getPackageName())));
    }

    private TrustedRecords() {}

    /** Repeatable; what was trusted before stays so. */
    public static void trust() {
        // the work is done once, when this class is initialised
    }
}
