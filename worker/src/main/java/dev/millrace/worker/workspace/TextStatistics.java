package dev.millrace.worker.workspace;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/** What git counts to tell text from other content, and which line ends it has. */
record TextStatistics(long nul, long loneCr, long loneLf, long crLf, long printable, long unprintable) {

    /** @param content read to its end; not closed */
    static TextStatistics of(InputStream content) throws IOException {
        var in = new BufferedInputStream(content);
        long nul = 0;
        long loneCr = 0;
        long loneLf = 0;
        long crLf = 0;
        long printable = 0;
        long unprintable = 0;
        int last = -1;
        for (int next = in.read(); next >= 0; last = next, next = in.read()) {
            if (next == '\n') {
                if (last == '\r') {
                    loneCr--;
                    crLf++;
                } else {
                    loneLf++;
                }
            } else if (next == '\r') {
                loneCr++;
            } else if (next == 127 || (next < 32 && !(next == '\b' || next == '\t' || next == 27 || next == '\f'))) {
                unprintable++;
                nul += next == 0 ? 1 : 0;
            } else {
                printable++;
            }
        }
        // The end-of-file character of old, where it is one.
        return new TextStatistics(nul, loneCr, loneLf, crLf, printable, last == 26 ? unprintable - 1 : unprintable);
    }

    boolean binary() {
        return loneCr > 0 || nul > 0 || (printable >> 7) < unprintable;
    }
}
