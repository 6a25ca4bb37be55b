package dev.millrace.e2e.offending.sink;

import java.util.logging.Logger;

final class Prints {
    private static final Logger LOG = Logger.getLogger("offending");

    private Prints() {}

    static void print() {
        System.out.println(LOG.getName());
    }
}
