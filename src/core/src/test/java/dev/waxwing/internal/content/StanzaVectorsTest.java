package dev.waxwing.internal.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.message.VectorNodes;
import dev.waxwing.model.content.MessageContent;
import dev.waxwing.model.content.UnknownContent;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.vectors.Vectors;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What one popular client tells the server of each kind of message ({@code messaging-stanzas.json}). What differs on
 * purpose stands here by name: two other peers agree on it.
 */
class StanzaVectorsTest {

    /** The peer hides reactions and pins alone; others hide whatever is about another message. */
    private static final Set<String> HIDDEN_HERE = Set.of("dm edit", "group edit");

    /** The peer says so for what is taken back alone. */
    private static final Set<String> REMOVED_HERE = Set.of("dm reaction removal");

    /** Written by hand and not from content. */
    private static final Set<String> NOT_CONTENT = Set.of("peer: on-demand history request");

    private final ContentCodecs codecs = new ContentCodecs();

    static Stream<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (JsonNode vector : Vectors.load("messaging-stanzas.json").get("vectors")) {
            for (JsonNode outgoing : vector.get("outgoing")) {
                Node stanza = VectorNodes.node(outgoing.get("node"));
                if (stanza.tag().equals("message")) {
                    content(outgoing)
                            .ifPresent(message ->
                                    rows.add(new Row(vector.get("name").textValue(), stanza, message)));
                }
            }
        }
        return rows.stream().filter(row -> !NOT_CONTENT.contains(row.name));
    }

    /** What somebody else's device gets, which neither is a copy of an own message nor only a key. */
    private static Optional<Message> content(JsonNode outgoing) {
        return StreamSupport.stream(outgoing.path("decrypted").spliterator(), false)
                .filter(copy -> copy.has("messageProto"))
                .map(copy -> parse(copy.get("messageProto").textValue()))
                .filter(message -> !message.hasDeviceSentMessage())
                .filter(message -> !message.toBuilder()
                        .clearSenderKeyDistributionMessage()
                        .build()
                        .equals(Message.getDefaultInstance()))
                .findFirst();
    }

    private static Message parse(String hex) {
        try {
            return Message.parseFrom(HexFormat.of().parseHex(hex));
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void givenTheFile_whenRead_thenEveryKindThatItHasIsLookedAt() {
        assertThat(rows()).hasSizeGreaterThan(25);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void givenARow_whenTheServerIsTold_thenAsThePeerTells(Row row) {
        StanzaKind kind = codecs.stanzaOf(row.message);

        assertThat(kind.type()).isEqualTo(row.stanza.attr("type"));
        assertThat(kind.edit()).isEqualTo(REMOVED_HERE.contains(row.name) ? "7" : row.stanza.attr("edit"));
        assertThat(row.ciphertexts()).isNotEmpty().allSatisfy(enc -> {
            assertThat(enc.attr("mediatype")).isEqualTo(kind.mediaType());
            assertThat("hide".equals(enc.attr("decrypt-fail")) || HIDDEN_HERE.contains(row.name))
                    .isEqualTo(kind.isHidden());
        });
        assertThat(kind.children().stream().map(VectorNodes::attributes))
                .isEqualTo(row.stanza.children("meta").stream()
                        .map(VectorNodes::attributes)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void givenARow_whenRead_thenItsKindIsKnown(Row row) {
        boolean isOfAnArea = row.name.equals("group member label");

        assertThat(MessageContent.of(row.message) instanceof UnknownContent).isEqualTo(isOfAnArea);
    }

    /** One message as the peer sent it. */
    record Row(String name, Node stanza, Message message) {

        List<Node> ciphertexts() {
            List<Node> found = new ArrayList<>();
            if (stanza.child("participants") != null && stanza.children("enc").isEmpty()) {
                stanza.child("participants").children("to").forEach(to -> found.addAll(to.children("enc")));
            }
            found.addAll(stanza.children("enc"));
            found.addAll(stanza.children("plaintext"));
            return found;
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
