package dev.millrace.e2e.offending.gitea;

/** Breaks no rule itself. */
public interface Forge {}
