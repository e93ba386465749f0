package dev.waxwing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.vectors.Vectors;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Replays the addresses of the vector file; where the peer is known to be faulty, its row says what is right. */
class JidTest {

    private static final JsonNode VECTORS = Vectors.load("jids.json");

    private static final Map<String, Predicate<Jid>> KINDS = Map.of(
            "pn",
            jid -> jid.server().equals(JidServer.PHONE),
            "lid",
            jid -> jid.isLid() && jid.server().equals(JidServer.LID),
            "hostedPn",
            jid -> jid.isPhone() && jid.server().equals(JidServer.HOSTED),
            "hostedLid",
            jid -> jid.isLid() && jid.server().equals(JidServer.HOSTED_LID),
            "group",
            Jid::isGroup,
            "broadcast",
            Jid::isBroadcast,
            "statusBroadcast",
            Jid::isStatusBroadcast,
            "newsletter",
            Jid::isNewsletter,
            "botServer",
            jid -> jid.isBot() && jid.server().equals(JidServer.BOT),
            "legacyBotNumber",
            jid -> jid.isBot() && jid.server().equals(JidServer.LEGACY_PHONE));

    static Stream<JsonNode> parse() {
        return rows("parse");
    }

    static Stream<JsonNode> malformed() {
        return rows("malformed");
    }

    static Stream<JsonNode> print() {
        return rows("print");
    }

    static Stream<JsonNode> sameUser() {
        return rows("sameUser");
    }

    static Stream<JsonNode> transferDevice() {
        return rows("transferDevice");
    }

    @Test
    void givenVectorFile_whenCounted_thenNoRowIsMissing() {
        assertThat(parse()).hasSize(37);
        assertThat(malformed()).hasSize(18);
        assertThat(print()).hasSize(7);
        assertThat(sameUser()).hasSize(4);
        assertThat(transferDevice()).hasSize(2);
        assertThat(VECTORS.get("count").intValue()).isEqualTo(37 + 18 + 7 + 4 + 2);
    }

    @ParameterizedTest
    @MethodSource("parse")
    void givenText_whenParsed_thenPartsAndPrintAreThePeers(JsonNode row) {
        Jid jid = Jid.parse(row.get("input").textValue());

        assertThat(jid.user()).isEqualTo(row.get("user").textValue());
        assertThat(jid.server().name()).isEqualTo(row.get("server").textValue());
        assertThat(jid.server().isKnown()).isTrue();
        assertThat(jid.device()).isEqualTo(row.get("device").asInt(0));
        assertThat(jid).hasToString(row.get("canonicalNoAgent").textValue());
        assertThat(jid.withoutDevice()).hasToString(row.get("normalizedUser").textValue());
        assertThat(Jid.parse(jid.toString())).isEqualTo(jid);
    }

    @ParameterizedTest
    @MethodSource("parse")
    void givenText_whenParsed_thenKindIsThePeers(JsonNode row) {
        Jid jid = Jid.parse(row.get("input").textValue());
        row.get("is").fieldNames().forEachRemaining(kind -> assertThat(KINDS).containsKey(kind));
        KINDS.forEach((kind, holds) -> assertThat(holds.test(jid))
                .as("%s is %s", jid, kind)
                .isEqualTo(row.get("is").path(kind).asBoolean()));
    }

    @ParameterizedTest
    @MethodSource("parse")
    void givenText_whenParsed_thenServerHasThePeersDomainType(JsonNode row) {
        String input = row.get("input").textValue();
        JidServer server = Jid.parse(input).server();
        JsonNode domainType = VECTORS.get("domainTypes").get(server.name());

        assertThat(server.domainType()).isEqualTo(domainType == null ? -1 : domainType.intValue());
        // The peer lets an agent overwrite the domain type, which turns phone numbers into LIDs; here agents are
        // dropped.
        if (!input.contains("_") && domainType != null) {
            assertThat(server.domainType()).isEqualTo(row.get("domainType").intValue());
            assertThat(JidServer.ofDomainType(server.domainType())).isEqualTo(server);
        }
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void givenMalformedText_whenParsed_thenRefused(JsonNode row) {
        String input = row.get("input").textValue();
        if (row.get("recommended").textValue().startsWith("refuse to send")) {
            assertThat(Jid.parse(input)).hasToString(input);
            assertThat(Jid.parse(input).server().isKnown()).isFalse();
            return;
        }
        if (row.get("recommended").textValue().startsWith("either")) {
            assertThat(Jid.parse(input)).isEqualTo(Jid.SERVER); // as whatsmeow prints the server alone
            return;
        }
        assertThat(row.get("recommended").textValue()).isEqualTo("reject");
        assertThatThrownBy(() -> Jid.parse(input))
                .as("'%s'", input)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + input + "'");
    }

    @ParameterizedTest
    @MethodSource("print")
    void givenParts_whenPrinted_thenTextIsThePeers(JsonNode row) {
        String user = row.get("user").isNull() ? "" : row.get("user").textValue();
        Jid jid = new Jid(
                user,
                JidServer.of(row.get("server").textValue()),
                row.get("device").asInt(0));

        assertThat(jid).hasToString(row.get("text").textValue());
    }

    @ParameterizedTest
    @MethodSource("sameUser")
    void givenTwoAddresses_whenCompared_thenSameUserNeedsTheSameFamily(JsonNode row) {
        Jid a = Jid.parse(row.get("a").textValue());
        Jid b = Jid.parse(row.get("b").textValue());

        assertThat(a.sameUser(b)).isEqualTo(row.get("recommended").booleanValue());
        assertThat(b.sameUser(a)).isEqualTo(row.get("recommended").booleanValue());
    }

    @ParameterizedTest
    @MethodSource("transferDevice")
    void givenTwoAddresses_whenDeviceIsMovedOver_thenTextIsThePeers(JsonNode row) {
        Jid from = Jid.parse(row.get("from").textValue());
        Jid to = Jid.parse(row.get("to").textValue());

        assertThat(to.withDevice(from.device())).hasToString(row.get("result").textValue());
    }

    @Test
    void givenWideServers_whenDeviceIsLarge_thenAllowedUpTo65535() {
        assertThat(Jid.parse("1000123456789:65535@msgr").device()).isEqualTo(65_535);
        assertThat(Jid.parse("1-2348012345679:300@interop").device()).isEqualTo(300);
        assertThatThrownBy(() -> Jid.parse("1000123456789:65536@msgr")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void givenHostedAddresses_whenCompared_thenTheyBelongToTheirFamily() {
        assertThat(Jid.parse("15551234567:99@hosted").sameUser(Jid.phone("15551234567")))
                .isTrue();
        assertThat(Jid.parse("236395184570386:99@hosted.lid").sameUser(Jid.lid("236395184570386")))
                .isTrue();
        assertThat(Jid.parse("15551234567:99@hosted").sameUser(Jid.lid("15551234567")))
                .isFalse();
    }

    @Test
    void givenUnassignedDomainType_whenAsked_thenServerKeepsItAndIsUnknown() {
        JidServer server = JidServer.ofDomainType(5);
        assertThat(server.domainType()).isEqualTo(5);
        assertThat(server.isKnown()).isFalse();
        assertThat(server).isNotEqualTo(JidServer.PHONE);
    }

    @Test
    void givenOtherThanDigits_whenPhoneIsMade_thenRefused() {
        assertThat(Jid.phone("15551234567")).hasToString("15551234567@s.whatsapp.net");
        assertThatThrownBy(() -> Jid.phone("+15551234567")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Jid.phone("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Jid.lid("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Jid.group("")).isInstanceOf(IllegalArgumentException.class);
    }

    private static Stream<JsonNode> rows(String kind) {
        return StreamSupport.stream(VECTORS.get(kind).spliterator(), false);
    }
}
