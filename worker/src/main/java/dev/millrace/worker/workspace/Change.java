package dev.millrace.worker.workspace;

/** What an agent made of its workspace. All of it is the agent's doing. */
public sealed interface Change {

    /** The files are those of the base. */
    record NoChange() implements Change {}

    /**
     * The files differ. Nothing of this was checked beyond its form: it comes out of a sandbox and is hostile.
     *
     * @param baseCommit that the agent was given
     * @param headCommit one commit on the base, with the files as they are
     * @param pack of what the base lacks, not thin; the record's own
     */
    @SuppressWarnings("ArrayRecordComponent") // up to 16 MiB that nobody compares, on their way into a record of Kafka
    record Changed(String baseCommit, String headCommit, byte[] pack) implements Change {}

    /**
     * The agent changed more than can be carried.
     *
     * @param limit in bytes that the pack, or all that would have to be read for it, went beyond
     */
    record TooLarge(long limit) implements Change {}

    /** The workspace is in no state to take files from. */
    record Unreadable(String reason) implements Change {}
}
