package dev.millrace.standalone.forge;

import java.util.regex.Pattern;

/** Finds in a unified diff what a remark on a line is about. */
final class Hunks {
    private static final Pattern HEAD = Pattern.compile("@@ -\\d+(?:,\\d+)? \\+(\\d+)(?:,(\\d+))? @@.*");

    private Hunks() {}

    /** The hunk of the file that holds the line, counted in the file as it became; empty where there is none. */
    static String around(String diff, String path, long line) {
        boolean inFile = false;
        boolean inHunk = false;
        var hunk = new StringBuilder();
        for (String text : diff.split("\n", -1)) {
            if (text.startsWith("diff --git ")) {
                inFile = text.endsWith(" b/" + path);
                inHunk = false;
                continue;
            }
            var head = HEAD.matcher(text);
            if (inFile && head.matches()) {
                long first = Long.parseLong(head.group(1));
                long count = head.group(2) == null ? 1 : Long.parseLong(head.group(2));
                inHunk = line >= first && line < first + count;
            }
            if (inFile && inHunk) {
                hunk.append(hunk.isEmpty() ? "" : "\n").append(text);
            }
        }
        return hunk.toString();
    }
}
