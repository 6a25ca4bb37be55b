package dev.millrace.worker.sandbox.docker;

import dev.millrace.worker.sandbox.ImageRefused;
import dev.millrace.worker.sandbox.SystemCallFailed;
import dev.millrace.worker.sandbox.tether.Tether;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** What agents need of an image, looked for once in each, before an agent finds out. Thread-safe. */
final class ImageTools {
    private static final String NEEDED = "sh";
    private static final List<String> WANTED = List.of("git");
    private static final String USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Map<String, List<String>> missing = new ConcurrentHashMap<>();

    /**
     * @return what agents may miss, for people
     * @throws ImageRefused if no agent can work with what is there
     */
    List<String> check(TetheredImage image, Tether tether) {
        List<String> lacks = missing.get(image.base());
        if (lacks == null) {
            lacks = Stream.concat(Stream.of(NEEDED), WANTED.stream())
                    .filter(program -> !isThere(program, tether))
                    .toList();
            missing.put(image.base(), lacks);
        }
        refuse(image, lacks);
        return lacks.stream()
                .map(program -> "the image %s has no %s: agents may miss it".formatted(image.name(), program))
                .toList();
    }

    /** Refuses what was found out before. */
    void refuseKnown(TetheredImage image) {
        refuse(image, missing.getOrDefault(image.base(), List.of()));
    }

    private static void refuse(TetheredImage image, List<String> lacks) {
        if (lacks.contains(NEEDED)) {
            throw new ImageRefused("the image %s has no %s: agents need it".formatted(image.name(), NEEDED));
        }
    }

    private static boolean isThere(String program, Tether tether) {
        String path = tether.environment().getOrDefault("PATH", USUAL_PATH);
        return Stream.of(path.split(":")).anyMatch(directory -> {
            try {
                var status = tether.stat(directory + "/" + program);
                return status.isFile() || status.isLink();
            } catch (SystemCallFailed _) {
                return false;
            }
        });
    }
}
