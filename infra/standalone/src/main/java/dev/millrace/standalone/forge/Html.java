package dev.millrace.standalone.forge;

/** A page under construction; text is escaped, only literals of this program go in as they are. */
final class Html {
    private static final String STYLE = """
            :root{color-scheme:light dark;--line:#8884;--soft:#8881;--accent:#2b6cb0}
            body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}
            header{border-bottom:1px solid var(--line);padding-bottom:.5rem;margin-bottom:1rem}
            a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
            h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.1rem;margin-top:1.5rem}
            ul{padding-left:1.2rem}pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0;font:inherit}
            .card{border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem;margin:.75rem 0}
            .note{opacity:.7;font-size:.9rem}.tag{border:1px solid var(--line);border-radius:1rem;padding:0 .6rem;font-size:.85rem}
            .diff{font:13px/1.4 ui-monospace,monospace;overflow-x:auto}.diff span{display:block;white-space:pre;min-height:1.4em}
            .add{background:#2a63}.del{background:#c333}.hunk{background:var(--soft);opacity:.8}
            code{font:13px ui-monospace,monospace;background:var(--soft);padding:.1rem .3rem;border-radius:.25rem}
            """;

    private final StringBuilder page = new StringBuilder();

    Html(String title) {
        page.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width\"><title>");
        text(title).raw("</title><style>").raw(STYLE).raw("</style></head><body>");
        raw("<header><a href=\"/\">Practice forge</a></header><main>");
    }

    Html raw(String literal) {
        page.append(literal);
        return this;
    }

    Html text(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> page.append("&amp;");
                case '<' -> page.append("&lt;");
                case '>' -> page.append("&gt;");
                case '"' -> page.append("&quot;");
                case '\'' -> page.append("&#39;");
                default -> page.append(c);
            }
        }
        return this;
    }

    Html text(long number) {
        page.append(number);
        return this;
    }

    Html link(String path, String text) {
        return raw("<a href=\"").text(path).raw("\">").text(text).raw("</a>");
    }

    String done() {
        return page.append("</main></body></html>").toString();
    }
}
