package dev.millrace.worker.sandbox.docker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.sandbox.SystemCallFailed;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CgroupTest {
    private static final String PLACE = "/sys/fs/cgroup/";

    @Test
    void version2IsRead() {
        assertThat(counts(Map.of(
                        "memory.events", "low 0\nhigh 0\nmax 41\noom 3\noom_kill 2\noom_group_kill 0\n",
                        "pids.events", "max 7\n",
                        "cpu.stat", "usage_usec 9\nnr_throttled 4\nthrottled_usec 1500000\n")))
                .isEqualTo(new Cgroup.Counts(2, 7, Duration.ofMillis(1500)));
    }

    @Test
    void version1IsRead() {
        assertThat(counts(Map.of(
                        "memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 5\n",
                        "pids/pids.events", "max 1\n",
                        "cpu/cpu.stat", "nr_periods 9\nnr_throttled 4\nthrottled_time 2000000000\n")))
                .isEqualTo(new Cgroup.Counts(5, 1, Duration.ofSeconds(2)));
    }

    @Test
    void whatIsNotThereOrMakesNoSenseCountsAsNothing() {
        assertThat(counts(Map.of())).isEqualTo(Cgroup.Counts.NONE);
        assertThat(counts(Map.of("memory.events", "oom_kill -1\noom_kill\n", "cpu.stat", "throttled_usec x")))
                .isEqualTo(Cgroup.Counts.NONE);
    }

    private static Cgroup.Counts counts(Map<String, String> files) {
        return new Cgroup((path, limit) -> {
                    String content = files.get(path.substring(PLACE.length()));
                    if (content == null) {
                        throw new SystemCallFailed(2, path);
                    }
                    return new ByteArrayInputStream(content.getBytes(US_ASCII), 0, Math.min(limit, content.length()));
                })
                .counts();
    }
}
