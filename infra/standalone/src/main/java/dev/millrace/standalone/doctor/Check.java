package dev.millrace.standalone.doctor;

/** One thing that Millrace needs. Changes nothing, and ends by itself within a minute. */
public interface Check {
    /** What it is about, in a word or two. */
    String name();

    /** What was found; throws where the answer itself is the trouble, which counts as wrong. */
    Finding look() throws Exception;
}
