package dev.millrace.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.schemas.avro.Heartbeat;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TriggerKind;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.schemas.contract.Catalogue;
import dev.millrace.schemas.contract.Variant;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContractsTest {
    private static final String SCOPE = "contracts-test";
    private static final String REGISTRY = "mock://" + SCOPE;
    private static final Instant MOMENT = Instant.parse("2026-11-01T12:00:00.123Z");

    private final Topics topics = new Topics("mill.", 3);
    private final SchemaRegistryClient registry = MockSchemaRegistry.getClientForScope(SCOPE);
    private final Contracts contracts = new Contracts(Settings.with(REGISTRY, true));

    @AfterEach
    void forgetSchemas() {
        MockSchemaRegistry.dropScope(SCOPE);
    }

    static Stream<Topic<?>> recordTopics() {
        return new Topics("mill.", 3)
                .all().stream().filter(topic -> SpecificRecord.class.isAssignableFrom(topic.type()));
    }

    @ParameterizedTest
    @MethodSource("recordTopics")
    void everyFieldComesBackAsItWent(Topic<? extends SpecificRecord> topic) {
        for (SpecificRecord sent : Filled.records(topic.type())) {
            SpecificRecord came = read(topic, contracts.serializer().serialize(topic.name(), sent));
            assertThat(came).isEqualTo(sent).isInstanceOf(topic.type());
        }
    }

    @ParameterizedTest
    @MethodSource("recordTopics")
    void theWireIsConfluents(Topic<? extends SpecificRecord> topic) throws Exception {
        SpecificRecord sent = Filled.records(topic.type()).getFirst();
        var wire = ByteBuffer.wrap(contracts.serializer().serialize(topic.name(), sent));
        assertThat(wire.get()).isZero();
        int id = wire.getInt();
        assertThat(registry.getLatestSchemaMetadata(topic.name() + "-value").getId())
                .isEqualTo(id);
        assertThat(((AvroSchema) registry.getSchemaById(id)).rawSchema().getFullName())
                .isEqualTo(topic.type().getName());
    }

    /** So that operators who do not let stages register can register the files of the tree. */
    @ParameterizedTest
    @MethodSource("recordTopics")
    void whatIsRegisteredTellsNothingOfJava(Topic<? extends SpecificRecord> topic) throws Exception {
        contracts
                .serializer()
                .serialize(topic.name(), Filled.records(topic.type()).getFirst());
        assertThat(registry.getLatestSchemaMetadata(topic.name() + "-value").getSchema())
                .doesNotContain("avro.java");
    }

    @Test
    void instantsKeepTheirMilliseconds() {
        var came = read(
                topics.requests(),
                contracts.serializer().serialize(topics.requests().name(), request(MOMENT)));
        assertThat(came.getRequestedAt()).isEqualTo(MOMENT);
    }

    @Test
    void aTombstoneStaysOne() {
        assertThat(contracts.serializer().serialize("mill.tasks", null)).isNull();
        assertThat(read(topics.tasks(), null)).isNull();
    }

    @Test
    void aSerdeWritesAndReads() {
        try (var serde = contracts.serde(topics.requests())) {
            byte[] wire = serde.serializer().serialize(topics.requests().name(), request(MOMENT));
            assertThat(serde.deserializer().deserialize(topics.requests().name(), wire))
                    .isEqualTo(request(MOMENT));
        }
    }

    @Nested
    class WhatBelongsElsewhere {
        @Test
        void aRecordOfAnotherTopicIsRefusedByName() {
            byte[] wire = contracts.serializer().serialize(topics.requests().name(), request(MOMENT));
            assertThatExceptionOfType(WrongRecord.class)
                    .isThrownBy(() -> read(topics.work(), wire))
                    .withMessage("mill.work holds %s where %s belongs"
                            .formatted(TaskRequest.class.getName(), WorkItem.class.getName()));
        }

        @Test
        void aPartOfARecordIsNoRecord() {
            byte[] wire = contracts.serializer().serialize(topics.attempts().name(), new Heartbeat());
            assertThatExceptionOfType(WrongRecord.class).isThrownBy(() -> read(topics.attempts(), wire));
        }

        @Test
        void aClassThatASchemaNamesIsNotMade() throws Exception {
            Schema theirs = new Schema.Parser()
                    .parse("{\"type\":\"record\",\"name\":\"File\",\"namespace\":\"java.io\",\"fields\":[]}");
            int id = registry.register(topics.requests().name() + "-value", new AvroSchema(theirs));
            byte[] wire = ByteBuffer.allocate(5).put((byte) 0).putInt(id).array();
            assertThatExceptionOfType(SerializationException.class)
                    .isThrownBy(() -> read(topics.requests(), wire))
                    .withRootCauseInstanceOf(SecurityException.class);
        }

        @Test
        void bytesThatAreNoRecordAreRefused() {
            for (byte[] nonsense : List.of(
                    new byte[0], new byte[] {0}, new byte[] {7, 0, 0, 0, 1}, "{}".getBytes(StandardCharsets.UTF_8))) {
                assertThatExceptionOfType(SerializationException.class)
                        .isThrownBy(() -> read(topics.requests(), nonsense));
            }
        }
    }

    @Nested
    class OtherVersions {
        @Test
        void whatAnOlderWriterDidNotKnowHasItsDefault() {
            Schema older = Variant.of(TaskRequest.getClassSchema())
                    .withoutField("trigger")
                    .withoutField("script")
                    .withoutField("priority")
                    .withoutField("deadline")
                    .schema();
            GenericRecord sent = new GenericRecordBuilder(older)
                    .set("taskId", "my-own-task")
                    .set("repo", "alice/demo")
                    .set("requestedBy", "alice")
                    .set("requestedAt", MOMENT.toEpochMilli())
                    .set("instruction", "do it")
                    .build();
            var came = read(topics.requests(), foreign(sent));
            assertThat(came).isEqualTo(request(MOMENT));
            assertThat(came.getTrigger()).isEqualTo(TriggerKind.UNKNOWN);
            assertThat(came.getScript()).isEmpty();
            assertThat(came.getDeadline()).isNull();
        }

        @Test
        void whatANewerWriterAddsIsPassedOver() {
            var came = read(topics.requests(), foreign(newer()));
            assertThat(came.getInstruction()).isEqualTo("do it");
            assertThat(came.getRequestedAt()).isEqualTo(MOMENT);
        }

        @Test
        void aNewerWritersWordReadsAsUnknown() {
            assertThat(read(topics.requests(), foreign(newer())).getTrigger()).isEqualTo(TriggerKind.UNKNOWN);
        }
    }

    @Nested
    class WithoutTheRightToRegister {
        private final Contracts guest = new Contracts(Settings.with(REGISTRY, false));

        @Test
        void aSchemaThatIsNotThereIsAnErrorAndStaysAway() {
            assertThatExceptionOfType(SerializationException.class)
                    .isThrownBy(
                            () -> guest.serializer().serialize(topics.requests().name(), request(MOMENT)));
            assertThatExceptionOfType(RestClientException.class)
                    .isThrownBy(() ->
                            registry.getLatestSchemaMetadata(topics.requests().name() + "-value"));
        }

        @ParameterizedTest
        @MethodSource("dev.millrace.schemas.wire.ContractsTest#recordTopics")
        void whatTheTreeKeepsOfAReleaseIsWhatMustBeRegistered(Topic<? extends SpecificRecord> topic) throws Exception {
            String file = String.valueOf(Catalogue.schemas().get(topic.type().getSimpleName()));
            int id = registry.register(topic.name() + "-value", new AvroSchema(file));
            var wire = ByteBuffer.wrap(guest.serializer()
                    .serialize(topic.name(), Filled.records(topic.type()).getFirst()));
            assertThat(wire.getInt(1)).isEqualTo(id);
        }

        @Test
        void recordsAreWrittenInTheirOwnVersionEvenWhenANewerOneIsRegistered() throws Exception {
            String subject = topics.requests().name() + "-value";
            contracts.serializer().serialize(topics.requests().name(), request(MOMENT));
            registry.register(subject, new AvroSchema(newer().getSchema()));
            byte[] wire = guest.serializer().serialize(topics.requests().name(), request(MOMENT));
            assertThat(registry.getVersion(subject, (AvroSchema)
                            registry.getSchemaById(ByteBuffer.wrap(wire).getInt(1))))
                    .isEqualTo(1);
            assertThat(read(topics.requests(), wire)).isEqualTo(request(MOMENT));
        }
    }

    /** A request in a schema with one more field, first, and one more kind of trigger. */
    private static GenericRecord newer() {
        Schema schema = Variant.of(TaskRequest.getClassSchema())
                .withField("{\"name\": \"tenant\", \"type\": \"string\", \"default\": \"\"}")
                .withSymbol("TriggerKind", "SCHEDULE")
                .schema();
        Schema trigger = schema.getField("trigger").schema();
        return new GenericRecordBuilder(schema)
                .set("tenant", "ours")
                .set("taskId", "my-own-task")
                .set("repo", "alice/demo")
                .set("trigger", new GenericData.EnumSymbol(trigger, "SCHEDULE"))
                .set("requestedBy", "alice")
                .set("requestedAt", MOMENT.toEpochMilli())
                .set("instruction", "do it")
                .build();
    }

    @SuppressWarnings("NullAway") // Kafka's deserializers answer null to null
    private <V extends SpecificRecord> V read(Topic<V> topic, byte @Nullable [] wire) {
        try (var deserializer = contracts.deserializer(topic)) {
            return deserializer.deserialize(topic.name(), wire);
        }
    }

    private byte[] foreign(GenericRecord record) {
        try (var serializer = new KafkaAvroSerializer()) {
            serializer.configure(Map.of("schema.registry.url", REGISTRY), false);
            return serializer.serialize(topics.requests().name(), record);
        }
    }

    private static TaskRequest request(Instant at) {
        return TaskRequest.newBuilder()
                .setTaskId("my-own-task")
                .setRepo("alice/demo")
                .setRequestedBy("alice")
                .setRequestedAt(at)
                .setInstruction("do it")
                .build();
    }
}
