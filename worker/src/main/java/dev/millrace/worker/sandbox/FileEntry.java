package dev.millrace.worker.sandbox;

/**
 * One entry of a listing.
 *
 * @param path relative to the listed directory; bytes, since Linux does not say in which encoding
 */
@SuppressWarnings("ArrayRecordComponent") // a name as the file system has it, that nobody compares
public record FileEntry(byte[] path, FileStatus status) {}
