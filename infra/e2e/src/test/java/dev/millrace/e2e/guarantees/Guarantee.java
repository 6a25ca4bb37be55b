package dev.millrace.e2e.guarantees;

import java.util.List;

/** Something that Millrace promises. */
interface Guarantee {

    /** In one sentence, for people. */
    String promise();

    /** Where it was broken, a sentence each; none if it was kept. */
    List<String> breaches(History history);
}
