package dev.millrace.sink.secret;

/**
 * A place that holds a secret; never the secret.
 *
 * @param what for a person, such as "a GitHub token"
 * @param line counted from 1; of what is encoded, where its encoding begins
 * @param fingerprint the same for the same secret
 */
public record Finding(String what, long line, String fingerprint) {}
