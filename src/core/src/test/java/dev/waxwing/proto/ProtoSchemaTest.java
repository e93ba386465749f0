package dev.waxwing.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import dev.waxwing.proto.adv.AdvProto;
import dev.waxwing.proto.cert.CertProto;
import dev.waxwing.proto.chatlocksettings.ChatLockSettingsProto;
import dev.waxwing.proto.common.CommonProto;
import dev.waxwing.proto.companionreg.CompanionRegProto;
import dev.waxwing.proto.e2e.E2EProto;
import dev.waxwing.proto.historysync.HistorySyncProto;
import dev.waxwing.proto.mmsretry.MmsRetryProto;
import dev.waxwing.proto.serversync.ServerSyncProto;
import dev.waxwing.proto.userpassword.UserPasswordProto;
import dev.waxwing.proto.wa6.Wa6Proto;
import dev.waxwing.proto.web.WebProto;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the files of {@code proto/} against the table of wire facts, in both directions: a row that no descriptor shows
 * and a descriptor that no row asks for both fail. The two ways in which the files differ from the table on purpose are
 * listed here, and an exception that is no longer one fails too.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProtoSchemaTest {

    private static final Map<String, FileDescriptor> TAKEN = Map.ofEntries(
            Map.entry("Adv", AdvProto.getDescriptor()),
            Map.entry("Cert", CertProto.getDescriptor()),
            Map.entry("ChatLockSettings", ChatLockSettingsProto.getDescriptor()),
            Map.entry("Common", CommonProto.getDescriptor()),
            Map.entry("CompanionReg", CompanionRegProto.getDescriptor()),
            Map.entry("E2E", E2EProto.getDescriptor()),
            Map.entry("HistorySync", HistorySyncProto.getDescriptor()),
            Map.entry("MmsRetry", MmsRetryProto.getDescriptor()),
            Map.entry("ServerSync", ServerSyncProto.getDescriptor()),
            Map.entry("UserPassword", UserPasswordProto.getDescriptor()),
            Map.entry("Wa6", Wa6Proto.getDescriptor()),
            Map.entry("Web", WebProto.getDescriptor()));

    /** Fields whose type lies in a domain not taken: here they have that type's wire form. */
    private static final Map<String, String> WIRE_FORM_ONLY = Map.ofEntries(
            Map.entry("AICommon/AIMediaCollectionMessage", "bytes"),
            Map.entry("AICommon/AIMetadataOperation", "bytes"),
            Map.entry("AICommon/AIProvenance", "bytes"),
            Map.entry("AICommon/AIRichResponseUnifiedResponse", "bytes"),
            Map.entry("AICommon/BotAgentMetadata", "bytes"),
            Map.entry("AICommon/BotFeedbackMessage", "bytes"),
            Map.entry("AICommon/BotMessageSharingInfo", "bytes"),
            Map.entry("AICommon/BotMetadata", "bytes"),
            Map.entry("AICommon/BotSignatureVerificationMetadata", "bytes"),
            Map.entry("AICommon/ForwardedAIBotMessageInfo", "bytes"),
            Map.entry("AICommonDeprecated/AIRichResponseMessageType", "int32"),
            Map.entry("AICommonDeprecated/AIRichResponseSubMessage", "bytes"),
            Map.entry("Aea/NonE2EEAttestation", "bytes"),
            Map.entry("StatusAttributions/StatusAttribution", "bytes"),
            Map.entry("SyncAction/CallLogRecord", "bytes"));

    /** One row of the table; {@code path} is the message or enum that {@code name} belongs to. */
    private record Row(
            String domain,
            String path,
            String kind,
            String type,
            String name,
            String number,
            String oneof,
            String options) {

        static Row parse(String line) {
            String[] cells = line.split("\t", -1);
            assertThat(cells).as("cells of <%s>", line).hasSize(8);
            return new Row(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[7]);
        }

        /** The row as the files have it: nothing is required, and types of domains not taken are in wire form. */
        String asTaken() {
            String taken = type;
            if (kind.equals("field")) {
                String label = type.substring(0, type.indexOf(' '));
                String bare = type.substring(type.indexOf(' ') + 1);
                taken = (label.equals("required") ? "optional" : label) + " " + WIRE_FORM_ONLY.getOrDefault(bare, bare);
            }
            return String.join(" | ", domain, path, kind, taken, name, number, oneof, options);
        }
    }

    private final List<Row> table = readTable();

    List<String> domains() {
        return TAKEN.keySet().stream().sorted().toList();
    }

    @ParameterizedTest
    @MethodSource("domains")
    void givenDomain_whenDescriptorsAreListed_thenTheyAreTheRowsOfTheTable(String domain) {
        Set<String> expected = table.stream()
                .filter(row -> row.domain().equals(domain))
                .map(Row::asTaken)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> actual = new TreeSet<>();
        FileDescriptor file = Objects.requireNonNull(TAKEN.get(domain), domain);
        file.getMessageTypes().forEach(message -> list(message, actual));
        file.getEnumTypes().forEach(values -> list(values, actual));

        assertThat(expected).isNotEmpty();
        assertThat(actual).containsExactlyElementsOf(expected);
    }

    @Test
    void givenTypesOfDomainsNotTaken_whenLookedUpInTheTable_thenTheExceptionsAreExactlyThose() {
        Set<String> cut = table.stream()
                .filter(row -> TAKEN.containsKey(row.domain()) && row.kind().equals("field"))
                .map(row -> row.type().substring(row.type().indexOf(' ') + 1))
                .filter(type -> type.contains("/") && !TAKEN.containsKey(type.substring(0, type.indexOf('/'))))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(new TreeSet<>(WIRE_FORM_ONLY.keySet())).isEqualTo(cut);
        WIRE_FORM_ONLY.forEach((type, wireForm) ->
                assertThat(wireForm).as("wire form of %s", type).isEqualTo(isEnum(type) ? "int32" : "bytes"));
    }

    private boolean isEnum(String type) {
        return table.stream()
                .anyMatch(row -> (row.domain() + "/" + row.path()).equals(type)
                        && row.kind().equals("enum"));
    }

    private static void list(Descriptor message, Set<String> rows) {
        if (message.getFields().isEmpty()
                && message.getNestedTypes().isEmpty()
                && message.getEnumTypes().isEmpty()) {
            rows.add(String.join(" | ", domain(message), path(message), "message", "", "", "", "", ""));
        }
        for (FieldDescriptor field : message.getFields()) {
            OneofDescriptor oneof = field.getRealContainingOneof();
            rows.add(String.join(
                    " | ",
                    domain(message),
                    path(message),
                    "field",
                    label(field) + " " + type(field),
                    field.getName(),
                    Integer.toString(field.getNumber()),
                    oneof == null ? "" : oneof.getName(),
                    field.isPacked() ? "packed=true" : ""));
        }
        message.getNestedTypes().forEach(nested -> list(nested, rows));
        message.getEnumTypes().forEach(nested -> list(nested, rows));
    }

    private static void list(EnumDescriptor values, Set<String> rows) {
        for (EnumValueDescriptor value : values.getValues()) {
            String number = Integer.toString(value.getNumber());
            rows.add(String.join(" | ", domain(values), path(values), "enum", "", value.getName(), number, "", ""));
        }
    }

    private static String label(FieldDescriptor field) {
        FieldDescriptorProto.Label label = field.toProto().getLabel();
        return switch (label) {
            case LABEL_OPTIONAL -> "optional";
            case LABEL_REPEATED -> "repeated";
            case LABEL_REQUIRED -> "required";
        };
    }

    private static String type(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE -> domain(field.getMessageType()) + "/" + path(field.getMessageType());
            case ENUM -> domain(field.getEnumType()) + "/" + path(field.getEnumType());
            default -> field.getType().name().toLowerCase(java.util.Locale.ROOT);
        };
    }

    private static String domain(GenericDescriptor type) {
        return TAKEN.entrySet().stream()
                .filter(entry -> entry.getValue().equals(type.getFile()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new AssertionError(type.getFullName() + " is of no domain of the table"));
    }

    private static String path(GenericDescriptor type) {
        return type.getFullName().substring(type.getFile().getPackage().length() + 1);
    }

    private static List<Row> readTable() {
        List<Row> rows = new ArrayList<>();
        InputStream table =
                Objects.requireNonNull(ProtoSchemaTest.class.getResourceAsStream("/schema.tsv"), "schema.tsv");
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(table, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#") && !line.isEmpty()) {
                    rows.add(Row.parse(line));
                }
            }
        } catch (IOException e) {
            throw new AssertionError("schema.tsv cannot be read", e);
        }
        return rows;
    }
}
