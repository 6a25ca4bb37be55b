package dev.millrace.worker.sandbox;

/** Room on the file system that a path is on. */
public record FileSystemSpace(long totalBytes, long freeBytes, long totalInodes, long freeInodes) {}
