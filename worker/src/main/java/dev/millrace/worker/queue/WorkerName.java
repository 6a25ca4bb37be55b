package dev.millrace.worker.queue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** What this worker calls itself; told apart from an earlier one on the same host. */
public record WorkerName(String value) {

    /**
     * The worker's name for this life.
     *
     * @param configured by the operator; empty for the host's name
     */
    public static WorkerName of(String configured) {
        byte[] life = new byte[3];
        ThreadLocalRandom.current().nextBytes(life);
        String host = configured.isEmpty() ? hostName() : configured;
        return new WorkerName(host + "-" + HexFormat.of().formatHex(life));
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
