package dev.millrace.bench.peer;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A fresh exec for each command, by Docker's API: create, start, read to the end, look at the exit code. */
public final class ExecApi implements AutoCloseable {
    private static final long LIMIT_SECONDS = 120;

    private final DockerClient docker;

    public ExecApi() {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        docker = DockerClientImpl.getInstance(
                config,
                new ApacheDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .sslConfig(config.getSSLConfig())
                        .build());
    }

    /** Runs a command that reads nothing; how many bytes it wrote. */
    public long run(Cli.Container container, String... argv) throws IOException, InterruptedException {
        return exec(container, InputStream.nullInputStream(), false, argv);
    }

    /** Runs a command that knows where its input ends; how many bytes it wrote. */
    public long pipe(Cli.Container container, InputStream input, String... argv)
            throws IOException, InterruptedException {
        return exec(container, input, true, argv);
    }

    private long exec(Cli.Container container, InputStream input, boolean withInput, String... argv)
            throws IOException, InterruptedException {
        String id = docker.execCreateCmd(container.id())
                .withAttachStdin(withInput)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .withCmd(argv)
                .exec()
                .getId();
        var start = docker.execStartCmd(id);
        if (withInput) {
            start.withStdIn(input);
        }
        var bytes = new AtomicLong();
        try (var ended = start.exec(new ResultCallback.Adapter<Frame>() {
            @Override
            public void onNext(Frame frame) {
                bytes.addAndGet(frame.getPayload().length);
            }
        })) {
            if (!ended.awaitCompletion(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("an exec took longer than %d s".formatted(LIMIT_SECONDS));
            }
        }
        Long code = docker.inspectExecCmd(id).exec().getExitCodeLong();
        if (code == null || code != 0) {
            throw new IOException("an exec ended with " + code);
        }
        return bytes.get();
    }

    @Override
    public void close() throws IOException {
        docker.close();
    }
}
