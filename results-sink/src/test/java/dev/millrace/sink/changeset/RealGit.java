package dev.millrace.sink.changeset;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The host's git in a work tree of the tests' own, without anybody's configuration. */
public final class RealGit {
    private final Path directory;

    private RealGit(Path directory) {
        this.directory = directory;
    }

    public static boolean isThere() {
        try {
            return new ProcessBuilder("git", "--version").start().waitFor() == 0;
        } catch (IOException none) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    public static RealGit init(Path directory) {
        var git = new RealGit(directory);
        git.says("init", "--quiet", "--initial-branch=main");
        return git;
    }

    public static RealGit in(Path directory) {
        return new RealGit(directory);
    }

    public Path directory() {
        return directory;
    }

    /** The work tree as it was at the commit. */
    public void restore(String commit) {
        says("checkout", "--quiet", "--force", "--detach", commit);
        says("clean", "--quiet", "-ffdx");
    }

    public String commitAll(String message) {
        says("add", "--all", "--force");
        says("commit", "--quiet", "--no-verify", "--allow-empty", "--message", message);
        return says("rev-parse", "HEAD");
    }

    /** What the head has and the base has not. */
    public byte[] pack(String base, String head) {
        return run(head + "\n^" + base + "\n", List.of("pack-objects", "--revs", "--stdout", "--quiet"));
    }

    /** A repository that has the commit and nothing that came after it. */
    public Path baseOnly(String commit) {
        Path bare = directory.resolveSibling("base.git");
        if (!Files.exists(bare)) {
            says("branch", "--force", "given", commit);
            says(
                    "clone",
                    "--quiet",
                    "--bare",
                    "--single-branch",
                    "--no-local",
                    "--branch",
                    "given",
                    directory.toString(),
                    bare.toString());
        }
        return bare;
    }

    public String says(String... arguments) {
        return new String(run("", List.of(arguments)), StandardCharsets.UTF_8).strip();
    }

    private byte[] run(String input, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                "git",
                "-c",
                "core.autocrlf=false",
                "-c",
                "core.quotePath=false",
                "-c",
                "gc.auto=0",
                "-c",
                "user.name=Agent",
                "-c",
                "user.email=agent@localhost"));
        command.addAll(arguments);
        try {
            var builder = new ProcessBuilder(command).directory(directory.toFile());
            builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
            builder.environment().put("GIT_CONFIG_SYSTEM", "/dev/null");
            Path errors = Files.createTempFile("git", ".err");
            var process = builder.redirectError(errors.toFile()).start();
            try (var to = process.getOutputStream()) {
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)).transferTo(to);
            }
            byte[] said = process.getInputStream().readAllBytes();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("%s: %s".formatted(command, Files.readString(errors)));
            }
            Files.delete(errors);
            return said;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
