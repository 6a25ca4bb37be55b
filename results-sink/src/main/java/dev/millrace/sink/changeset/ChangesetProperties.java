package dev.millrace.sink.changeset;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What a changeset may be at most.
 *
 * @param maxPack length of the pack
 * @param maxObjects in the pack, by its own header
 * @param maxObject one object, inflated and with its delta applied
 * @param maxInflated all objects of the pack together; also bounds the memory that judging takes
 * @param maxFiles added, changed and deleted
 * @param maxDepth directories above a changed file
 * @param portableNames whether names that Windows or macOS cannot hold, or take for another name, are refused in every
 *     directory that changes; turn it off for repositories that have such names already
 * @param protectedPaths what no task may change, compared without case: {@code dir/} a directory at the root with all
 *     in it, {@code dir/file} one path, with {@code **}{@code /} before it in any directory
 */
@ConfigurationProperties("millrace.sink.changeset")
public record ChangesetProperties(
        @DefaultValue("16MB") DataSize maxPack,
        @DefaultValue("20000") int maxObjects,
        @DefaultValue("16MB") DataSize maxObject,
        @DefaultValue("64MB") DataSize maxInflated,
        @DefaultValue("10000") int maxFiles,
        @DefaultValue("32") int maxDepth,
        @DefaultValue("true") boolean portableNames,

        @DefaultValue({
            ".gitea/",
            ".github/",
            ".forgejo/",
            ".woodpecker/",
            ".woodpecker.yml",
            ".woodpecker.yaml",
            ".drone.yml",
            "CODEOWNERS",
            "docs/CODEOWNERS",
            "**/.gitmodules",
            "**/.lfsconfig",
            ".millrace.yml"
        })
        List<String> protectedPaths) {

    public ChangesetProperties {
        positive("max-pack", maxPack);
        positive("max-object", maxObject);
        positive("max-inflated", maxInflated);
        positive("max-objects", maxObjects);
        positive("max-files", maxFiles);
        positive("max-depth", maxDepth);
        if (maxObject.compareTo(DataSize.ofGigabytes(1)) > 0) {
            throw new IllegalArgumentException(
                    "millrace.sink.changeset.max-object must be at most 1GB, since objects are judged in memory; not "
                            + maxObject);
        }
        protectedPaths = List.copyOf(protectedPaths);
    }

    private static void positive(String key, DataSize size) {
        positive(key, size.toBytes());
    }

    private static void positive(String key, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "millrace.sink.changeset.%s must be positive, not %d; leave it out for the default"
                            .formatted(key, value));
        }
    }
}
