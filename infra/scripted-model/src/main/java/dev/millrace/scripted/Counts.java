package dev.millrace.scripted;

/**
 * What an answer says that it used.
 *
 * @param in of the prompt, cached ones included
 * @param told whether it says so at all
 */
public record Counts(long in, long out, long cached, boolean told) {
    public static final Counts USUAL = new Counts(100, 10, 40, true);
    public static final Counts UNTOLD = new Counts(0, 0, 0, false);
}
