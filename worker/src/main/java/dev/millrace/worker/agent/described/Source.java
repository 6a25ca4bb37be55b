package dev.millrace.worker.agent.described;

import java.util.regex.Pattern;

/** Where an agent tells what it does. */
sealed interface Source {
    /** Its standard output: lines up to an empty one are a record with the field {@code text}. */
    record Text() implements Source {}

    /** Its standard output: every line that is a JSON object is a record. */
    record JsonLines() implements Source {}

    /**
     * A file that it writes anew all the time.
     *
     * @param list where in it the list of records is
     */
    record JsonFile(String path, JsonPath list) implements Source {}

    /**
     * Files, each one record.
     *
     * @param files what their paths below the directory look like; the first group is their number
     */
    record JsonFiles(String directory, Pattern files) implements Source {}
}
