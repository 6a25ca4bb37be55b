package dev.millrace.worker.agent.described;

import dev.millrace.worker.sandbox.FileEntry;
import dev.millrace.worker.sandbox.FileStatus;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SystemCallFailed;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Finds what is new in the place where an agent tells what it does. For one thread. */
sealed interface Records {
    JsonMapper JSON = new JsonMapper();

    /** The largest file that is read. */
    int LARGEST = 64 << 20;

    static Records of(Source source, Sandbox sandbox) {
        return switch (source) {
            case Source.Text _ -> new OfText();
            case Source.JsonLines _ -> new OfLines();
            case Source.JsonFile file -> new OfFile(file, sandbox);
            case Source.JsonFiles files -> new OfFiles(files, sandbox);
        };
    }

    /** What a line of the standard output says; null for nothing. */
    default @Nullable JsonNode line(String line) {
        return null;
    }

    /** What lines say that did not say it before, now that there are no more; null for nothing. */
    default @Nullable JsonNode rest() {
        return null;
    }

    /** What files say that did not say it before. */
    default List<JsonNode> look() {
        return List.of();
    }

    /** Lines up to an empty one are a record. */
    final class OfText implements Records {
        private static final int LONGEST = 1 << 20;

        private final StringBuilder paragraph = new StringBuilder();

        @Override
        public @Nullable JsonNode line(String line) {
            if (line.isBlank() || paragraph.length() > LONGEST) {
                return rest();
            }
            paragraph.append(line).append('\n');
            return null;
        }

        @Override
        public @Nullable JsonNode rest() {
            String text = paragraph.toString().strip();
            paragraph.setLength(0);
            return text.isEmpty() ? null : JSON.createObjectNode().put("text", text);
        }
    }

    /** Every line that holds an object is a record. */
    record OfLines() implements Records {
        @Override
        public @Nullable JsonNode line(String line) {
            return line.startsWith("{") ? parse(line.getBytes(StandardCharsets.UTF_8)) : null;
        }
    }

    /** A file that grows by being written anew. */
    final class OfFile implements Records {
        private final Source.JsonFile file;
        private final Sandbox sandbox;
        private @Nullable FileStatus last;
        private int seen;

        OfFile(Source.JsonFile file, Sandbox sandbox) {
            this.file = file;
            this.sandbox = sandbox;
        }

        @Override
        public List<JsonNode> look() {
            try {
                FileStatus status = sandbox.stat(file.path());
                if (status.equals(last)) {
                    return List.of();
                }
                JsonNode content = read(sandbox, file.path());
                if (content == null) {
                    return List.of(); // half written: it will be whole
                }
                last = status;
                var all = new ArrayList<JsonNode>();
                file.list().in(content).forEach(all::add);
                int before = Math.min(seen, all.size());
                seen = Math.max(seen, all.size());
                return all.subList(before, all.size());
            } catch (SystemCallFailed notThere) {
                return List.of();
            }
        }
    }

    /** Files that appear one after another. */
    final class OfFiles implements Records {
        private static final long MOST = 100_000;

        private final Source.JsonFiles files;
        private final Sandbox sandbox;
        private long last = -1;

        OfFiles(Source.JsonFiles files, Sandbox sandbox) {
            this.files = files;
            this.sandbox = sandbox;
        }

        @Override
        public List<JsonNode> look() {
            var found = new ArrayList<JsonNode>();
            try {
                for (var file : unseen().entrySet()) {
                    JsonNode content = read(sandbox, file.getValue());
                    if (content == null) {
                        break; // half written: it will be whole
                    }
                    found.add(content);
                    last = file.getKey();
                }
            } catch (SystemCallFailed notThere) {
                return found;
            }
            return found;
        }

        private SortedMap<Long, String> unseen() throws SystemCallFailed {
            var unseen = new TreeMap<Long, String>();
            sandbox.list(files.directory(), Set.of(), MOST, (FileEntry entry) -> {
                String path = new String(entry.path(), StandardCharsets.UTF_8);
                Matcher matcher = files.files().matcher(path);
                if (entry.status().isFile() && matcher.matches()) {
                    number(matcher.group(1)).filter(one -> one > last).ifPresent(one -> {
                        unseen.put(one, files.directory() + "/" + path);
                    });
                }
            });
            return unseen;
        }

        private static Optional<Long> number(String digits) {
            return digits.matches("\\d{1,18}") ? Optional.of(Long.valueOf(digits)) : Optional.empty();
        }
    }

    private static @Nullable JsonNode read(Sandbox sandbox, String path) throws SystemCallFailed {
        try (InputStream content = sandbox.read(path.getBytes(StandardCharsets.UTF_8))) {
            byte[] bytes = content.readNBytes(LARGEST + 1);
            return bytes.length > LARGEST ? JSON.createObjectNode() : parse(bytes);
        } catch (SystemCallFailed notThere) {
            throw notThere;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static @Nullable JsonNode parse(byte[] bytes) {
        try {
            JsonNode node = JSON.readTree(bytes);
            return node.isObject() || node.isArray() ? node : null;
        } catch (JacksonException notYet) {
            return null;
        }
    }
}
