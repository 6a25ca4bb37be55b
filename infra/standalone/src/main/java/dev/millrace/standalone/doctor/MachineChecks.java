package dev.millrace.standalone.doctor;

import dev.millrace.standalone.doctor.Finding.Doubtful;
import dev.millrace.standalone.doctor.Finding.Fine;
import dev.millrace.standalone.doctor.Finding.Skipped;
import dev.millrace.standalone.doctor.Finding.Wrong;
import dev.millrace.standalone.process.OutsideCommand;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Docker, the sandbox image, the webhook's secret, ports, and whether a model is named. */
final class MachineChecks {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SHORT_SECRET = 16;

    private MachineChecks() {}

    static List<Check> of(Settings settings, Doctor.Ports ports) {
        return List.of(
                new Named("Docker", () -> docker(settings)),
                new Named("sandbox image", () -> image(settings)),
                new Named("webhook secret", () -> secret(settings)),
                new Named("ports", () -> ports(settings, ports)));
    }

    static Check model(Settings settings) {
        return new Named(
                "model",
                () -> settings.value("LLM_BASE_URL").isPresent()
                                && settings.value("LLM_MODEL").isPresent()
                        ? new Fine("%s at %s"
                                .formatted(
                                        settings.value("LLM_MODEL").orElseThrow(),
                                        settings.value("LLM_BASE_URL").orElseThrow()))
                        : new Doubtful(
                                "no model is named, so that the built-in agent cannot work",
                                "set LLM_BASE_URL, LLM_MODEL and LLM_API_KEY"));
    }

    private static List<String> docker(Settings settings, String... arguments) {
        var argv = new ArrayList<>(List.of("docker"));
        settings.value("DOCKER_HOST").ifPresent(host -> argv.addAll(List.of("--host", host)));
        argv.addAll(List.of(arguments));
        return argv;
    }

    private static Finding docker(Settings settings) throws InterruptedException {
        try {
            String version = OutsideCommand.run(
                    docker(settings, "version", "--format", "{{.Server.Version}}, API {{.Server.APIVersion}}"),
                    PATIENCE);
            return new Fine("engine " + version.strip());
        } catch (IOException silent) {
            return new Wrong(
                    "no engine answers: " + lastLine(silent),
                    "start Docker, or set DOCKER_HOST to an engine that your account may use (group docker)");
        }
    }

    private static Finding image(Settings settings) throws InterruptedException {
        var image = settings.value("MILLRACE_SANDBOX_IMAGE");
        if (image.isEmpty()) {
            return new Skipped("MILLRACE_SANDBOX_IMAGE names none; the launcher does");
        }
        try {
            OutsideCommand.run(docker(settings, "image", "inspect", "--format", "{{.Id}}", image.get()), PATIENCE);
            return new Fine(image.get());
        } catch (IOException absent) {
            return new Wrong(
                    "%s is not there: %s".formatted(image.get(), lastLine(absent)),
                    "./millrace demo builds it; or name one that is there in MILLRACE_SANDBOX_IMAGE");
        }
    }

    private static String lastLine(IOException failed) {
        String message = String.valueOf(failed.getMessage()).strip();
        return message.substring(message.lastIndexOf('\n') + 1);
    }

    private static Finding secret(Settings settings) throws IOException {
        String secret = settings.secret(
                "GITEA_WEBHOOK_SECRET_FILE", "the webhook's secret, such as openssl rand -hex 32 makes");
        if (secret.length() < SHORT_SECRET) {
            return new Doubtful(
                    "%d characters are soon guessed".formatted(secret.length()),
                    "make another with openssl rand -hex 32, and connect the repositories again");
        }
        Path file = settings.file("GITEA_WEBHOOK_SECRET_FILE").orElseThrow();
        if (readableByAll(file)) {
            return new Doubtful(file + " can be read by everybody on this machine", "chmod 600 " + file);
        }
        return new Fine("%d characters in %s".formatted(secret.length(), file));
    }

    private static boolean readableByAll(Path file) throws IOException {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    }

    private static Finding ports(Settings settings, Doctor.Ports ports) {
        var wanted = new ArrayList<Integer>(List.of(ports.webhooks(), ports.webhooks() + 1));
        if (settings.value("KAFKA_BOOTSTRAP_SERVERS").isEmpty()) {
            wanted.addAll(List.of(ports.broker(), ports.broker() + 1));
        }
        if (settings.value("SCHEMA_REGISTRY_URL").isEmpty()) {
            wanted.add(ports.registry());
        }
        var taken = wanted.stream().filter(port -> !free(port)).toList();
        if (taken.isEmpty()) {
            return new Fine("free: " + wanted);
        }
        return taken.equals(wanted)
                ? new Fine("all in use, as while Millrace is up: " + wanted)
                : new Wrong(
                        "in use by something else: " + taken,
                        "end what has them, or give up --port, --broker-port, --registry-port");
    }

    private static boolean free(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
