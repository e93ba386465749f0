package dev.waxwing.internal.addon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.internal.addon.AddOnCipher.Binding;
import dev.waxwing.internal.crypto.AesGcm;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.EventResponseMessage;
import dev.waxwing.proto.e2e.PollVoteMessage;
import dev.waxwing.vectors.Vectors;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys, votes, responses, reactions, comments and edits as one popular client makes them. */
class AddOnVectorsTest {

    static Stream<JsonNode> derivations() {
        return rows("messaging-secret-derivations.json");
    }

    static Stream<JsonNode> votes() {
        return rows("messaging-poll-vote.json");
    }

    static Stream<JsonNode> responses() {
        return rows("messaging-event-response.json");
    }

    static Stream<JsonNode> others() {
        return rows("messaging-enc-addons.json");
    }

    static Stream<JsonNode> tokens() {
        return rows("messaging-reporting-token.json");
    }

    @ParameterizedTest
    @MethodSource("derivations")
    void givenASecret_whenAKeyIsDerived_thenItIsTheRecordedOne(JsonNode row) {
        boolean isOfBot = row.has("botMessageSecret");
        byte[] secret = isOfBot ? SecretKeys.forBots(hex(row, "messageSecret")) : hex(row, "messageSecret");
        byte[] key = SecretKeys.derive(
                secret,
                text(row, "originalMessageId"),
                Jid.parse(text(row, "originalSender")),
                Jid.parse(text(row, "modificationSender")),
                isOfBot ? "" : text(row, "label"));
        assertThat(key).isEqualTo(hex(row, "key"));
        if (row.hasNonNull("aad")) {
            Optional<AddOnKind> kind = kind(text(row, "label"));
            kind.ifPresent(known ->
                    assertThat(binding(row, known, "original").additionalData()).isEqualTo(hex(row, "aad")));
        }
    }

    @Test
    void givenTheRecordedKeys_whenTheirLabelsAreCounted_thenEveryKindOfThisVersionIsAmongThem() {
        assertThat(derivations().map(row -> text(row, "label")).toList())
                .containsAll(
                        Arrays.stream(AddOnKind.values()).map(AddOnKind::label).toList());
    }

    @ParameterizedTest
    @MethodSource("votes")
    void givenARecordedVote_whenOpened_thenItNamesTheOptionsByTheirHashes(JsonNode row) throws Exception {
        Binding binding = binding(row, AddOnKind.POLL_VOTE, "poll", "creator", "voter");
        byte[] plain = assertOpens(row, binding);
        assertThat(PollVoteMessage.parseFrom(plain).getSelectedOptionsList())
                .extracting(hash -> HexFormat.of().formatHex(hash.toByteArray()))
                .containsExactlyElementsOf(
                        StreamSupport.stream(row.get("selectedOptionHashes").spliterator(), false)
                                .map(JsonNode::asText)
                                .toList());
        assertThat(OptionHashes.of(StreamSupport.stream(row.get("options").spliterator(), false)
                                .map(JsonNode::asText)
                                .toList())
                        .named(PollVoteMessage.parseFrom(plain).getSelectedOptionsList()))
                .containsExactlyElementsOf(StreamSupport.stream(
                                row.get("selectedIndexes").spliterator(), false)
                        .map(index -> row.get("options").get(index.asInt()).asText())
                        .toList());
        assertThat(AddOnCipher.open(
                        addOn(row, AddOnKind.POLL_VOTE),
                        new Binding(
                                AddOnKind.POLL_VOTE,
                                binding.secret(),
                                binding.id(),
                                binding.original(),
                                Jid.parse("15551230009@s.whatsapp.net"))))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("responses")
    void givenARecordedResponse_whenOpened_thenItSaysWhoComes(JsonNode row) throws Exception {
        byte[] plain = assertOpens(row, binding(row, AddOnKind.EVENT_RESPONSE, "event", "creator", "responder"));
        assertThat(EventResponseMessage.parseFrom(plain).getResponse().name()).isEqualTo(text(row, "response"));
    }

    @ParameterizedTest
    @MethodSource("others")
    void givenARecordedReactionCommentOrEdit_whenOpened_thenItIsTheRecordedOne(JsonNode row) {
        assertOpens(row, binding(row, kind(text(row, "label")).orElseThrow(), "original"));
    }

    /** That client hands its own padded bytes to the MAC, which is left to it; wrapped messages count here. */
    @ParameterizedTest
    @MethodSource("tokens")
    void givenARecordedMessage_whenItsTokenIsMade_thenItIsTheRecordedOne(JsonNode row) {
        byte[] message = hex(row, "messageProto");
        JsonNode expected = row.get("recursiveWrapperVariant");
        assertThat(HexFormat.of().formatHex(ReportingToken.extract(message)))
                .isEqualTo(expected.get("extractedContent").asText(""));
        Optional<byte[]> token = ReportingToken.of(
                message,
                hex(row, "messageSecret"),
                text(row, "messageId"),
                Jid.parse(text(row, "infoFirstJid")),
                Jid.parse(text(row, "infoSecondJid")));
        assertThat(token.map(HexFormat.of()::formatHex))
                .isEqualTo(Optional.of(expected.get("token"))
                        .filter(JsonNode::isTextual)
                        .map(JsonNode::asText));
    }

    private static byte[] assertOpens(JsonNode row, Binding binding) {
        byte[] plain = hex(row, "plaintextProto");
        assertThat(AddOnCipher.open(addOn(row, binding.kind()), binding)).hasValue(plain);
        assertThat(AddOnCipher.seal(binding, hex(row, "encIv"), plain)).isEqualTo(hex(row, "encPayload"));
        byte[] changed = hex(row, "encPayload");
        changed[changed.length - AesGcm.TAG_BYTES] ^= 1;
        AddOn forged = new AddOn(binding.kind(), TARGET, hex(row, "encIv"), changed);
        assertThat(AddOnCipher.open(forged, binding)).isEmpty();
        return plain;
    }

    private static final MessageKey TARGET = MessageKey.of(Jid.parse("15551230001@s.whatsapp.net"), false, "A1");

    private static AddOn addOn(JsonNode row, AddOnKind kind) {
        return new AddOn(kind, TARGET, hex(row, "encIv"), hex(row, "encPayload"));
    }

    private static Binding binding(JsonNode row, AddOnKind kind, String target) {
        return binding(row, kind, target, "originalSender", "modificationSender");
    }

    private static Binding binding(JsonNode row, AddOnKind kind, String target, String original, String modifier) {
        return new Binding(
                kind,
                hex(row, "messageSecret"),
                text(row, target + "MessageId"),
                Jid.parse(text(row, original)),
                Jid.parse(text(row, modifier)));
    }

    private static Optional<AddOnKind> kind(String label) {
        return Arrays.stream(AddOnKind.values())
                .filter(kind -> kind.label().equals(label))
                .findFirst();
    }

    private static Stream<JsonNode> rows(String file) {
        return StreamSupport.stream(Vectors.load(file).get("vectors").spliterator(), false);
    }

    private static String text(JsonNode row, String name) {
        return row.get(name).asText();
    }

    private static byte[] hex(JsonNode row, String name) {
        return HexFormat.of().parseHex(text(row, name));
    }
}
