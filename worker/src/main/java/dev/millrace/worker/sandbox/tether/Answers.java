package dev.millrace.worker.sandbox.tether;

import dev.millrace.worker.sandbox.FileStatus;
import dev.millrace.worker.sandbox.FileSystemSpace;

/** What RESULTs say. */
final class Answers {
    private Answers() {}

    /** Of a STAT. */
    record Stat(FileStatus status, FileSystemSpace space) {}

    static Stat stat(Fields fields) throws Violation {
        return new Stat(
                status(fields), new FileSystemSpace(fields.count(), fields.count(), fields.count(), fields.count()));
    }

    /** A stat, as a STAT or a LIST has it. */
    static FileStatus status(Fields fields) throws Violation {
        return new FileStatus(
                (int) fields.u32(), fields.count(), fields.u64(), fields.u32(), fields.time(), fields.time());
    }

    /** Of a RUN. */
    static Exit exit(Fields fields) throws Violation {
        return new Exit(
                flag(fields),
                (int) fields.u32(),
                flag(fields),
                fields.micros(),
                fields.micros(),
                fields.micros(),
                fields.count());
    }

    /** Of an UNPACK: entries and bytes, which this side knows. */
    static Long unpacked(Fields fields) throws Violation {
        fields.count();
        return fields.count();
    }

    private static boolean flag(Fields fields) throws Violation {
        int flag = fields.u8();
        if (flag > 1) {
            throw new Violation("a command that ended in the unknown way " + flag);
        }
        return flag == 1;
    }
}
