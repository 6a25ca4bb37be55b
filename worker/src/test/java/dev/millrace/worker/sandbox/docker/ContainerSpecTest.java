package dev.millrace.worker.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.command.CreateContainerCmdImpl;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of the engine, to the letter: nothing that anybody says adds to it. */
class ContainerSpecTest {
    private static final ObjectMapper JSON = DockerClientConfig.getDefaultObjectMapper();
    private static final Map<String, String> USUAL = Map.of("image", "millrace/sandbox:1");

    @Test
    void theRequestHasTheseFieldsAndNoOthers() {
        JsonNode request = request(USUAL, "a/b:1", Map.of());

        assertThat(set(request).keySet())
                .containsExactlyInAnyOrder(
                        "AttachStderr",
                        "AttachStdin",
                        "AttachStdout",
                        "Cmd",
                        "Entrypoint",
                        "Env",
                        "Healthcheck",
                        "HostConfig",
                        "Hostname",
                        "Image",
                        "Labels",
                        "OpenStdin",
                        "StdinOnce",
                        "Tty",
                        "User",
                        "Volumes",
                        "ExposedPorts",
                        "WorkingDir");
        assertThat(request.get("Volumes")).isEmpty();
        assertThat(request.get("User").asText()).isEqualTo("10001:10001");
        assertThat(request.get("Entrypoint").toString()).isEqualTo("[\"/.millrace/tether\"]");
        assertThat(request.get("Healthcheck").get("Test").toString()).isEqualTo("[\"NONE\"]");
        assertThat(request.get("Env").toString())
                .isEqualTo("[\"HOME=/home/agent\",\"USER=agent\",\"LANG=C.UTF-8\",\"TERM=dumb\"]");
    }

    @Test
    void theHostsPartOfItIsThisAndNothingElse() {
        JsonNode host = request(USUAL, "a/b:1", Map.of()).get("HostConfig");

        assertThat(set(host))
                .isEqualTo(Map.ofEntries(
                        Map.entry("AutoRemove", "true"),
                        Map.entry("CapDrop", "[\"ALL\"]"),
                        Map.entry("Dns", "[\"127.0.0.1\"]"),
                        Map.entry("DnsSearch", "[\".\"]"),
                        Map.entry("Init", "false"),
                        Map.entry("IpcMode", "\"private\""),
                        Map.entry("LogConfig", "{\"Type\":\"none\",\"Config\":null}"),
                        Map.entry("Memory", "2147483648"),
                        Map.entry("MemorySwap", "2147483648"),
                        Map.entry("NanoCpus", "2000000000"),
                        Map.entry("NetworkMode", "\"none\""),
                        Map.entry("PidsLimit", "512"),
                        Map.entry("Privileged", "false"),
                        Map.entry("ReadonlyRootfs", "true"),
                        Map.entry("RestartPolicy", "{\"MaximumRetryCount\":0,\"Name\":\"\"}"),
                        Map.entry("Runtime", "\"runc\""),
                        Map.entry("SecurityOpt", "[\"no-new-privileges:true\"]"),
                        Map.entry("Tmpfs", host.get("Tmpfs").toString()),
                        Map.entry("Ulimits", host.get("Ulimits").toString())));
        assertThat(fields(host.get("Tmpfs"))).containsExactly("/home/agent", "/tmp", "/workspace");
    }

    @Nested
    class NobodyCanWidenIt {
        /** Labels come from tasks. Only their values are free, and those stay values. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "x\"},\"HostConfig\":{\"Privileged\":true},\"y\":{\"z\":\"",
                    "x\n--privileged",
                    "$(docker run --privileged)",
                    "../../etc",
                    "\u0000"
                })
        void byTheValueOfALabel(String value) {
            JsonNode request = request(USUAL, "a/b:1", ContainerSpec.labelled(Map.of("task", value)));

            assertThat(request.get("Labels").get("dev.millrace.task").asText()).isEqualTo(value);
            assertThat(withoutLabels(request)).isEqualTo(withoutLabels(request(USUAL, "a/b:1", Map.of())));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"", "Task", "a b", "../x", "com.docker.compose.project\n", "x\":{},\"HostConfig", "a=b"})
        void byTheNameOfALabel(String name) {
            assertThatIllegalArgumentException().isThrownBy(() -> ContainerSpec.labelled(Map.of(name, "x")));
        }

        @Test
        void byALabelThatStandsForOneOfOurs() {
            assertThat(ContainerSpec.labelled(Map.of("sandbox", "false")))
                    .containsEntry("dev.millrace.sandbox", "true");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "--privileged",
                    "-v/:/host",
                    "alpine --privileged",
                    "alpine\n",
                    "alpine?fromSrc=http://x",
                    "alpine&platform=x",
                    "../../../containers/x",
                    "a//b",
                    "a/../b",
                    "alpine:",
                    "alpine@sha256:00",
                    "al pine",
                    "alpine%2f..",
                    "{\"a\":1}"
                })
        void byTheNameOfAnImage(String image) {
            assertThat(ImageName.isOne(image)).isFalse();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "alpine",
                    "debian:13",
                    "millrace/sandbox:f2ec6e731a6c",
                    "registry.example.org:5000/team/java_tools:25-jdk",
                    "sha256:609a9d1effaef284321999119852efba7ba1774e69e82e3340735e70d6312158",
                    "a/b@sha256:609a9d1effaef284321999119852efba7ba1774e69e82e3340735e70d6312158"
                })
        void andWhatIsAnImagesNameIsTakenForOne(String image) {
            assertThat(ImageName.isOne(image)).isTrue();
        }

        @ParameterizedTest
        @CsvSource({
            "runtime, --privileged",
            "runtime, runc --privileged",
            "runtime, 'runc\",\"Privileged\":true,\"x\":\"'",
            "runtime, /bin/sh",
            "runtime, ''",
            "cpus, NaN",
            "cpus, Infinity",
            "cpus, -1",
            "memory, -1B",
            "pids, -1",
            "tmp-size, '1MB,exec,suid'",
            "workspace-size, '1MB,dev'",
            "inodes, -1",
            "open-files, -1",
            "file-size, -1B"
        })
        void byAKeyOfTheConfiguration(String key, String value) {
            var keys = new HashMap<>(USUAL);
            keys.put(key, value);

            assertThatException().isThrownBy(() -> SandboxPropertiesTest.bind(keys));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "privileged",
                    "cap-add",
                    "devices",
                    "binds",
                    "mounts",
                    "volumes",
                    "network-mode",
                    "pid-mode",
                    "ipc-mode",
                    "userns-mode",
                    "security-opts",
                    "user",
                    "env",
                    "entrypoint",
                    "read-only"
                })
        void byAKeyThatIsNone(String key) {
            var keys = new HashMap<>(USUAL);
            keys.put(key, "true");

            assertThat(request(keys, "a/b:1", Map.of())).isEqualTo(request(USUAL, "a/b:1", Map.of()));
        }

        @ParameterizedTest
        @ValueSource(strings = {"a", "runsc", "kata-qemu"})
        void byTheRuntimeButInItsOwnField(String runtime) {
            var keys = new HashMap<>(USUAL);
            keys.put("runtime", runtime);

            Map<String, String> usual = set(request(USUAL, "a/b:1", Map.of()).get("HostConfig"));
            var expected = new HashMap<>(usual);
            expected.put("Runtime", "\"%s\"".formatted(runtime));
            assertThat(set(request(keys, "a/b:1", Map.of()).get("HostConfig"))).isEqualTo(expected);
        }
    }

    private static JsonNode request(Map<String, String> keys, String image, Map<String, String> labels) {
        var spec = new ContainerSpec(SandboxPropertiesTest.bind(keys));
        var command = new CreateContainerCmdImpl(
                create -> {
                    throw new IllegalStateException("nothing is created here: " + create);
                },
                DefaultDockerClientConfig.createDefaultConfigBuilder().build().effectiveAuthConfig(image),
                image);
        return JSON.valueToTree(spec.applyTo(command, "n", labels));
    }

    private static JsonNode withoutLabels(JsonNode request) {
        JsonNode copy = request.deepCopy();
        ((ObjectNode) copy).remove("Labels");
        return copy;
    }

    private static Set<String> fields(JsonNode object) {
        var names = new TreeSet<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** What is set, that is neither null nor left out. */
    private static Map<String, String> set(JsonNode object) {
        var set = new HashMap<String, String>();
        object.properties().forEach(field -> {
            if (!field.getValue().isNull()) {
                set.put(field.getKey(), field.getValue().toString());
            }
        });
        return set;
    }
}
