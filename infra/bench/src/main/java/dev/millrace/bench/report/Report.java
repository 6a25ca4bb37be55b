package dev.millrace.bench.report;

import java.io.PrintWriter;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** A benchmark's result, for people or for programs. */
public record Report(String benchmark, List<Table> tables) {
    public Report {
        tables = List.copyOf(tables);
    }

    /** Prints tables of at most 80 columns, or one line of JSON. */
    public void print(PrintWriter out, boolean json) {
        if (json) {
            out.println(new JsonMapper().writeValueAsString(this));
        } else {
            tables.forEach(table -> {
                table.print(out);
                out.println();
            });
        }
        out.flush();
    }
}
