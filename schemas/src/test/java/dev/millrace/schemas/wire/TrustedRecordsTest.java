package dev.millrace.schemas.wire;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.schemas.avro.TaskRequest;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.util.ClassSecurityValidator;
import org.junit.jupiter.api.Test;

class TrustedRecordsTest {
    /** A record of somebody else's, named in a schema by somebody else. */
    public static final class Foreign {}

    @Test
    void ourRecordsMayBeMadeFromData() {
        TrustedRecords.trust();
        assertThatCode(() -> ClassSecurityValidator.validate(TaskRequest.class)).doesNotThrowAnyException();
    }

    @Test
    void nothingElseThatASchemaNamesIsMade() {
        TrustedRecords.trust();
        assertThatExceptionOfType(SecurityException.class)
                .isThrownBy(() -> ClassSecurityValidator.validate(Foreign.class));
        assertThatExceptionOfType(SecurityException.class)
                .isThrownBy(() -> ClassSecurityValidator.validate(File.class));
    }

    @Test
    void whatAvroTrustsByItselfStaysTrusted() {
        TrustedRecords.trust();
        assertThatCode(() -> ClassSecurityValidator.validate(String.class)).doesNotThrowAnyException();
    }

    /** In a process that has not met Millrace before, which a class loader of its own stands for. */
    @Test
    void aRecordAsksForTrustByItself() throws Exception {
        try (var fresh = new URLClassLoader("fresh", classPath(), ClassLoader.getPlatformClassLoader())) {
            var first = (Runnable) fresh.loadClass(FirstRecord.class.getName())
                    .getConstructor()
                    .newInstance();
            assertThatCode(first::run).doesNotThrowAnyException();
        }
    }

    /** A builder that fills in the default of a field that is a record's enum. */
    public static final class FirstRecord implements Runnable {
        @Override
        public void run() {
            TaskRequest.newBuilder()
                    .setTaskId("my-own-task")
                    .setRepo("alice/demo")
                    .setRequestedBy("alice")
                    .setRequestedAt(Instant.EPOCH)
                    .setInstruction("")
                    .build();
        }
    }

    private static URL[] classPath() throws MalformedURLException {
        List<URL> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            entries.add(Path.of(entry).toUri().toURL());
        }
        return entries.toArray(URL[]::new);
    }
}
