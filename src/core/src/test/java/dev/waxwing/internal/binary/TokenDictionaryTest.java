package dev.waxwing.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.vectors.Vectors;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenDictionaryTest {

    private static final JsonNode VECTORS = Vectors.load("tokens.json");
    private static final int WORDS = 1260;

    @Test
    void givenEveryWord_whenLookedUpBothWays_thenCodeAndWordBelongTogether() {
        assertThat(TokenDictionary.VERSION).isEqualTo(VECTORS.get("dictVersion").intValue());
        int checked = 1;
        JsonNode single = VECTORS.get("single");
        for (int i = 1; i < single.size(); i++, checked++) {
            assertThat(TokenDictionary.single(i)).isEqualTo(single.get(i).textValue());
            assertThat(TokenDictionary.codeOf(single.get(i).textValue())).isEqualTo(i);
        }
        for (int table = 0; table < VECTORS.get("double").size(); table++) {
            JsonNode words = VECTORS.get("double").get(table);
            for (int i = 0; i < words.size(); i++, checked++) {
                assertThat(TokenDictionary.extended(table, i))
                        .isEqualTo(words.get(i).textValue());
                assertThat(TokenDictionary.codeOf(words.get(i).textValue())).isEqualTo((236 + table) << 8 | i);
            }
        }
        assertThat(checked).isEqualTo(WORDS).isEqualTo(VECTORS.get("count").intValue());
    }

    @Test
    void givenTables_whenHashed_thenTheyAreThePeers() {
        JsonNode hashes = VECTORS.get("sha256OfNewlineJoined");
        assertThat(hashOfLines(236, TokenDictionary::single))
                .isEqualTo(hashes.get("single").textValue());
        for (int table = 0; table < 4; table++) {
            int number = table;
            assertThat(hashOfLines(256, i -> TokenDictionary.extended(number, i)))
                    .isEqualTo(hashes.get("double" + table).textValue());
        }
    }

    @Test
    void givenTagBytesOfThePeer_whenCompared_thenOursAreEqual() {
        JsonNode tags = VECTORS.get("tags");
        assertThat(tags).hasSize(17);
        assertThat(tags.get("LIST_EMPTY").intValue()).isEqualTo(WireTag.LIST_EMPTY);
        assertThat(tags.get("DICTIONARY_0").intValue()).isEqualTo(WireTag.DICTIONARY_0);
        assertThat(tags.get("DICTIONARY_1").intValue()).isEqualTo(WireTag.DICTIONARY_0 + 1);
        assertThat(tags.get("DICTIONARY_2").intValue()).isEqualTo(WireTag.DICTIONARY_3 - 1);
        assertThat(tags.get("DICTIONARY_3").intValue()).isEqualTo(WireTag.DICTIONARY_3);
        assertThat(tags.get("INTEROP_JID").intValue()).isEqualTo(WireTag.INTEROP_JID);
        assertThat(tags.get("FB_JID").intValue()).isEqualTo(WireTag.FB_JID);
        assertThat(tags.get("AD_JID").intValue()).isEqualTo(WireTag.AD_JID);
        assertThat(tags.get("LIST_8").intValue()).isEqualTo(WireTag.LIST_8);
        assertThat(tags.get("LIST_16").intValue()).isEqualTo(WireTag.LIST_16);
        assertThat(tags.get("JID_PAIR").intValue()).isEqualTo(WireTag.JID_PAIR);
        assertThat(tags.get("HEX_8").intValue()).isEqualTo(WireTag.HEX_8);
        assertThat(tags.get("BINARY_8").intValue()).isEqualTo(WireTag.BINARY_8);
        assertThat(tags.get("BINARY_20").intValue()).isEqualTo(WireTag.BINARY_20);
        assertThat(tags.get("BINARY_32").intValue()).isEqualTo(WireTag.BINARY_32);
        assertThat(tags.get("NIBBLE_8").intValue()).isEqualTo(WireTag.NIBBLE_8);
        assertThat(tags.get("PACKED_MAX").intValue()).isEqualTo(WireTag.PACKED_MAX);
    }

    @Test
    void givenTextThatIsNoWord_whenLookedUp_thenThereIsNoCode() {
        assertThat(TokenDictionary.codeOf("")).isEqualTo(-1);
        assertThat(TokenDictionary.codeOf("message")).isPositive();
        assertThat(TokenDictionary.codeOf("MESSAGE")).isEqualTo(-1);
        // The words that the object behind a peer's dictionary answers to without holding them.
        for (String word : new String[] {"constructor", "toString", "__proto__", "hasOwnProperty", "valueOf"}) {
            assertThat(TokenDictionary.codeOf(word)).as(word).isEqualTo(-1);
            Node node = Node.builder(word).attr(word, word).build();
            assertThat(NodeVectors.decode(NodeVectors.encode(node))).isEqualTo(node);
        }
    }

    @Test
    void givenWordOnTheWire_whenDecodedTwice_thenItIsOneString() {
        Node first = NodeVectors.decodeHex("00f80119");
        Node second = NodeVectors.decodeHex("00f80119");
        assertThat(first.tag()).isSameAs(second.tag()).isSameAs("iq");
    }

    private static String hashOfLines(int count, IntFunction<String> word) {
        String lines = IntStream.range(0, count).mapToObj(word).collect(Collectors.joining("\n"));
        return ByteBufUtil.hexDump(Digests.sha256(lines.getBytes(StandardCharsets.UTF_8)));
    }
}
