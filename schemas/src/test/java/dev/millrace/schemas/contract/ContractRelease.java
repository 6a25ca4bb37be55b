package dev.millrace.schemas.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.SchemaFormatter;
import org.junit.jupiter.api.Test;

/** No test of its own: the package comment tells how a release runs it. */
class ContractRelease {
    @Test
    void keepsTheSchemasOfTodayAsTheNextContract() throws Exception {
        Integer version = Integer.getInteger("millrace.contract");
        List<Released> released = Released.all(Released.DIRECTORY);
        assertThat(version)
                .as("-Dmillrace.contract must name the next contract")
                .isEqualTo(released.size() + 1);
        assertThat(Gate.breaches(Catalogue.schemas(), released)).isEmpty();
        Path directory = Files.createDirectories(Released.at(Released.DIRECTORY, version));
        for (var schema : Catalogue.schemas().entrySet()) {
            Files.writeString(
                    directory.resolve(schema.getKey() + Released.ENDING),
                    SchemaFormatter.format("json/pretty", schema.getValue()) + "\n");
        }
    }
}
