package dev.waxwing.internal.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.mmsretry.MediaRetryNotification;
import dev.waxwing.vectors.Vectors;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rows of {@code media-retry.json}: two requests, and four answers to each. */
final class ReuploadSealTest {

    @Test
    void givenTheFile_whenCounted_thenEveryRowIsTested() {
        int rows = rows().mapToInt(row -> 1 + row.get("responses").size()).sum();

        assertThat(rows)
                .isEqualTo(Vectors.load("media-retry.json").get("vectorCount").asInt());
    }

    @TestFactory
    Stream<DynamicTest> givenAMessage_whenItsFileIsAskedFor_thenTheReceiptOfTheRow() {
        return rows().map(row -> DynamicTest.dynamicTest(row.get("aadUtf8").asText(), () -> {
            JsonNode key = row.get("messageKey");
            JsonNode rmr = row.get("receiptNode").get("content").get(1).get("attrs");
            MessageKey.Builder message = MessageKey.builder(
                    Jid.parse(key.get("remoteJid").asText()),
                    key.get("fromMe").asBoolean(),
                    key.get("id").asText());
            if (rmr.has("participant")) {
                message.participant(Jid.parse(rmr.get("participant").asText()));
            }

            Node receipt = seal(row)
                    .request(Jid.parse(row.get("ownJid").asText()), message.build(), hex(row.get("receiptIv")));

            assertThat(receipt).isEqualTo(node(row.get("receiptNode")));
        }));
    }

    @TestFactory
    Stream<DynamicTest> givenAnAnswer_whenOpened_thenTheResultOfTheRow() {
        return rows().flatMap(row -> responses(row)
                .map(answer -> DynamicTest.dynamicTest(answer.get("result").asText(), () -> {
                    MediaRetryNotification opened =
                            seal(row).open(node(answer.get("notification")).requireChild("encrypt"));

                    assertThat(opened.toByteArray()).isEqualTo(hex(answer.get("plaintextProto")));
                    assertThat(opened.getResult().name())
                            .isEqualTo(answer.get("result").asText());
                })));
    }

    @TestFactory
    Stream<DynamicTest> givenTheAnswerToAnotherMessage_whenOpened_thenItIsRefused() {
        List<JsonNode> all = rows().toList();
        return responses(all.get(0))
                .map(answer -> DynamicTest.dynamicTest(
                        answer.get("result").asText(),
                        () -> assertThatThrownBy(() -> seal(all.get(1))
                                        .open(node(answer.get("notification")).requireChild("encrypt")))
                                .isInstanceOf(ProtocolViolationException.class)));
    }

    private static ReuploadSeal seal(JsonNode row) {
        return new ReuploadSeal(hex(row.get("mediaKey")), row.get("aadUtf8").asText());
    }

    private static Stream<JsonNode> rows() {
        return StreamSupport.stream(
                Vectors.load("media-retry.json").get("vectors").spliterator(), false);
    }

    private static Stream<JsonNode> responses(JsonNode row) {
        return StreamSupport.stream(row.get("responses").spliterator(), false);
    }

    private static Node node(JsonNode json) {
        Node.Builder node = Node.builder(json.get("tag").asText());
        json.get("attrs").properties().forEach(attribute -> {
            String value = attribute.getValue().asText();
            if (value.contains("@")) {
                node.attr(attribute.getKey(), Jid.parse(value));
            } else {
                node.attr(attribute.getKey(), value);
            }
        });
        JsonNode content = json.path("content");
        if (content.isArray()) {
            List<Node> children = new ArrayList<>();
            content.forEach(child -> children.add(node(child)));
            node.children(children);
        } else if (content.has("hex")) {
            node.bytes(hex(content.get("hex")));
        }
        return node.build();
    }

    private static byte[] hex(JsonNode text) {
        return HexFormat.of().parseHex(text.asText());
    }
}
