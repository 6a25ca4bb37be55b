package dev.millrace.worker.queue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What this worker calls itself.
 *
 * @param value told apart from an earlier life of the same worker
 * @param owner of its sandboxes: the same in every life where the operator gave a name
 */
public record WorkerName(String value, String owner) {

    /**
     * The worker's name for this life.
     *
     * @param configured by the operator; empty for the host's name
     */
    public static WorkerName of(String configured) {
        byte[] life = new byte[3];
        ThreadLocalRandom.current().nextBytes(life);
        String base = configured.isEmpty() ? hostName() : configured;
        String value = base + "-" + HexFormat.of().formatHex(life);
        return new WorkerName(value, configured.isEmpty() ? value : configured);
    }

    /** Whether an earlier life of this worker may have left sandboxes under its name. */
    public boolean hadEarlierLives() {
        return !owner.equals(value);
    }

    @Override
    public String toString() {
        return value;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "worker";
        }
    }
}
