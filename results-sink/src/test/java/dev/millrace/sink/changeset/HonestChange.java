package dev.millrace.sink.changeset;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** One kind of change that an honest agent makes to a work tree. */
public enum HonestChange {
    EDIT {
        @Override
        public void to(Path tree, Random random) throws IOException {
            Path file = any(tree, random);
            Files.writeString(
                    file,
                    Files.readString(file, StandardCharsets.ISO_8859_1) + words(random),
                    StandardCharsets.ISO_8859_1);
        }
    },
    NEW_FILE {
        @Override
        public void to(Path tree, Random random) throws IOException {
            write(tree, "src/new%d/File%d.java".formatted(random.nextInt(5), random.nextInt(1000)), words(random));
        }
    },
    RENAME {
        @Override
        public void to(Path tree, Random random) throws IOException {
            Path file = any(tree, random);
            Files.move(file, file.resolveSibling("renamed-%d-%s".formatted(random.nextInt(1000), file.getFileName())));
        }
    },
    MOVE_AND_EDIT {
        @Override
        public void to(Path tree, Random random) throws IOException {
            Path file = any(tree, random);
            Path target = tree.resolve("moved/%d/x.txt".formatted(random.nextInt(1000)));
            Files.createDirectories(target.getParent());
            Files.move(file, target);
            Files.writeString(target, words(random), StandardOpenOption.APPEND);
        }
    },
    DELETE {
        @Override
        public void to(Path tree, Random random) throws IOException {
            Files.delete(any(tree, random));
        }
    },
    BINARY {
        @Override
        public void to(Path tree, Random random) throws IOException {
            byte[] noise = new byte[1 + random.nextInt(200_000)];
            random.nextBytes(noise);
            Files.write(made(tree, "assets/image%d.png".formatted(random.nextInt(1000))), noise);
        }
    },
    LARGE_BINARY {
        @Override
        public void to(Path tree, Random random) throws IOException {
            byte[] noise = new byte[3 << 20];
            random.nextBytes(noise);
            Files.write(made(tree, "assets/large.bin"), noise);
        }
    },
    EXECUTABLE {
        @Override
        public void to(Path tree, Random random) throws IOException {
            Path file = write(tree, "bin/run%d.sh".formatted(random.nextInt(1000)), "#!/bin/sh\n" + words(random));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    },
    EXECUTABLE_BIT_ALONE {
        @Override
        public void to(Path tree, Random random) throws IOException {
            Files.setPosixFilePermissions(any(tree, random), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    },
    UNICODE_NAME {
        @Override
        public void to(Path tree, Random random) throws IOException {
            String[] names = {
                "überblick", "概要", "обзор", "نظرة", "סקירה", "καφές", "naïve café", "emoji-🦀", "ไทย", "한국어"
            };
            write(
                    tree,
                    "docs/%s-%d.md".formatted(names[random.nextInt(names.length)], random.nextInt(1000)),
                    words(random));
        }
    },
    ODD_BUT_HONEST_NAME {
        @Override
        public void to(Path tree, Random random) throws IOException {
            String[] names = {
                ".gitignore",
                ".gitattributes",
                ".gitkeep",
                "a b c.txt",
                "it's.txt",
                "[id].tsx",
                "x(1).txt",
                "-dash",
                "#tag",
                "a~b",
                "backup~",
                "~",
                ".git-blame-ignore-revs",
                "git",
                "digit",
                "x.git",
                "@types",
                "100%.txt",
                "a+b=c",
                "$money",
                "comma,name",
                "semi;colon",
                "auxiliary.c",
                "nullable.h",
                ".github.md"
            };
            write(
                    tree,
                    "odd/%d/%s".formatted(random.nextInt(1000), names[random.nextInt(names.length)]),
                    words(random));
        }
    },
    EMPTY_FILE {
        @Override
        public void to(Path tree, Random random) throws IOException {
            write(tree, "empty/%d/__init__.py".formatted(random.nextInt(1000)), "");
        }
    },
    LINE_ENDS {
        @Override
        public void to(Path tree, Random random) throws IOException {
            String[] ends = {"\r\n", "\r", "\n", "\n\r", ""};
            String end = ends[random.nextInt(ends.length)];
            write(tree, "ends/%d.txt".formatted(random.nextInt(1000)), "one" + end + "two" + end + "three" + end);
        }
    },
    DEEP {
        @Override
        public void to(Path tree, Random random) throws IOException {
            write(
                    tree,
                    "d/".repeat(1 + random.nextInt(28)) + "deep%d.txt".formatted(random.nextInt(1000)),
                    words(random));
        }
    },
    ENCODED_TEXT {
        @Override
        public void to(Path tree, Random random) throws IOException {
            byte[] noise = new byte[3000];
            random.nextBytes(noise);
            String text = Base64.getMimeEncoder().encodeToString(noise)
                    + HexFormat.of().formatHex(noise)
                    + "%20%41".repeat(50);
            write(tree, "data/%d.txt".formatted(random.nextInt(1000)), text);
            Files.write(
                    made(tree, "data/utf-16-%d.txt".formatted(random.nextInt(1000))),
                    words(random).getBytes(StandardCharsets.UTF_16));
        }
    },
    FIVE_THOUSAND_FILES {
        @Override
        public void to(Path tree, Random random) throws IOException {
            for (int i = 0; i < 5_000; i++) {
                write(tree, "many/%02d/file%d.txt".formatted(i % 50, i), "file " + i + "\n");
            }
        }
    },
    FILE_BECOMES_DIRECTORY {
        @Override
        public void to(Path tree, Random random) throws IOException {
            Path file = any(tree, random);
            Files.delete(file);
            write(tree, tree.relativize(file) + "/inside.txt", words(random));
        }
    };

    /** So often, or not at all: they take long. */
    private static final List<HonestChange> SELDOM = List.of(FIVE_THOUSAND_FILES, LARGE_BINARY);

    public abstract void to(Path tree, Random random) throws IOException;

    /** A few that follow one another; the number decides which comes first, so that each kind has its turn. */
    public static List<HonestChange> some(int number, Random random) {
        List<HonestChange> often =
                Stream.of(values()).filter(change -> !SELDOM.contains(change)).toList();
        List<HonestChange> some = new ArrayList<>();
        some.add(number % 100 < SELDOM.size() ? SELDOM.get(number % 100) : often.get(number % often.size()));
        for (int more = random.nextInt(4); more > 0; more--) {
            some.add(often.get(random.nextInt(often.size())));
        }
        return some;
    }

    public static void base(Path tree, Random random) throws IOException {
        for (int i = 0; i < 40; i++) {
            write(
                    tree,
                    "src/main/part%d/Class%d.java".formatted(i % 7, i),
                    words(random).repeat(20));
        }
        write(tree, "README.md", "# Project\n");
        write(tree, ".github/workflows/ci.yml", "on: push\n");
        Files.createSymbolicLink(tree.resolve("link"), Path.of("README.md"));
    }

    private static Path any(Path tree, Random random) throws IOException {
        try (var files = Files.walk(tree.resolve("src"))) {
            List<Path> all = files.filter(Files::isRegularFile).sorted().toList();
            return all.get(random.nextInt(all.size()));
        }
    }

    private static Path write(Path tree, String name, String text) throws IOException {
        return Files.writeString(made(tree, name), text);
    }

    private static Path made(Path tree, String name) throws IOException {
        Path file = tree.resolve(name);
        Files.createDirectories(file.getParent());
        return file;
    }

    private static String words(Random random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(30) + 1; i > 0; i--) {
            text.append(Integer.toString(random.nextInt(1 << 20), 36)).append(i % 8 == 0 ? '\n' : ' ');
        }
        return text.append('\n').toString();
    }
}
