package dev.waxwing.internal.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.SignedPreKey;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.binary.NodeBytes;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.adv.ADVSignedDeviceIdentity;
import dev.waxwing.vectors.Vectors;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every pair-success of {@code adv.json}: those to accept with all they give, those to refuse with what the server is
 * told.
 */
final class PairSuccessVectorsTest {

    private static final JsonNode FILE = Vectors.load("adv.json");

    private final Credentials own = credentials();

    @Test
    void givenVectorFile_whenCounted_thenNoneIsMissing() {
        assertThat(FILE.get("vectors")).hasSize(18).hasSize(FILE.get("count").intValue());
        assertThat(rows("accept")).hasSize(9);
        assertThat(rows("reject")).hasSize(9);
    }

    @TestFactory
    Stream<DynamicTest> givenSoundPairSuccess_whenVerified_thenSavedValuesAreThoseOfThePeer() {
        return tests("accept", row -> {
            PairSuccess success = PairSuccess.verify(pairSuccess(row), own);
            Credentials linked = success.applyTo(own);
            JsonNode saved = row.get("saved");
            JsonNode me = saved.get("me");

            assertThat(linked.me()).contains(Jid.parse(me.get("id").textValue()));
            assertThat(linked.lid()).contains(Jid.parse(me.get("lid").textValue()));
            assertThat(linked.platform()).contains(saved.get("platform").textValue());
            assertThat(linked.businessName().orElse(null)).isEqualTo(textOrNull(me.get("name")));
            assertThat(linked.pushName().orElse(null)).isEqualTo(textOrNull(me.get("name")));
            assertThat(success.keyIndex()).isEqualTo(row.get("keyIndex").intValue());
            assertThat(hex(success.accountKey()))
                    .isEqualTo(saved.get("identity").get("key").textValue().substring(2));
            // The peer files it under its own device; it is the phone's.
            assertThat(success.phone())
                    .isEqualTo(Jid.parse(me.get("lid").textValue()).withDevice(0));
        });
    }

    @TestFactory
    Stream<DynamicTest> givenSoundPairSuccess_whenAnswered_thenOnlyTheDeviceSignatureDiffersFromThePeers() {
        return tests("accept", row -> {
            PairSuccess success = PairSuccess.verify(pairSuccess(row), own);

            assertThat(withoutDeviceSignature(success.identityForServer()))
                    .isEqualTo(withoutDeviceSignature(bytes(row.get("replyDeviceIdentity"))));
            assertThat(ADVSignedDeviceIdentity.parseFrom(success.identityForServer())
                            .hasAccountSignatureKey())
                    .isFalse();
            assertThat(withoutDeviceSignature(success.account().toByteArray()))
                    .isEqualTo(withoutDeviceSignature(bytes(row.get("accountWithSignatureKey"))));
        });
    }

    @TestFactory
    Stream<DynamicTest> givenSoundPairSuccess_whenCountersigned_thenOurSignatureVerifies() {
        return tests("accept", row -> {
            PairSuccess success = PairSuccess.verify(pairSuccess(row), own);

            byte[] message = bytes(row.get("deviceSignatureMessage"));
            if (row.get("hostedDevice").booleanValue()) {
                // The peer signs as if it were not hosted; the peers that treat hosted fully use 06 06.
                message[1] = 6;
            }
            assertThat(Curve25519.verify(
                            own.identityKey().publicKey(),
                            message,
                            success.account().getDeviceSignature().toByteArray()))
                    .isTrue();
        });
    }

    @TestFactory
    Stream<DynamicTest> givenForgedPairSuccess_whenVerified_thenItIsRefusedWithTheErrorOfItsKind() {
        return tests("reject", row -> {
            PairRefusal refusal =
                    catchThrowableOfType(PairRefusal.class, () -> PairSuccess.verify(pairSuccess(row), own));

            assertThat(refusal).isNotNull();
            assertThat(refusal.code() + " " + refusal.text())
                    .isEqualTo(expectedRefusal(row.get("name").textValue()));
        });
    }

    private static String expectedRefusal(String name) {
        if (name.equals("device-node-missing")) {
            return "500 internal-error";
        }
        return name.contains("hmac") ? "401 hmac-mismatch" : "401 signature-mismatch";
    }

    private interface RowTest {
        void run(JsonNode row) throws Exception;
    }

    private static Stream<DynamicTest> tests(String expect, RowTest test) {
        return rows(expect).map(row -> DynamicTest.dynamicTest(row.get("name").textValue(), () -> test.run(row)));
    }

    private static Stream<JsonNode> rows(String expect) {
        return StreamSupport.stream(FILE.get("vectors").spliterator(), false)
                .filter(row -> row.get("expect").textValue().equals(expect));
    }

    private static Node pairSuccess(JsonNode row) {
        return NodeBytes.read(bytes(row.get("pairSuccessStanza"))).requireChild("pair-success");
    }

    private static Credentials credentials() {
        JsonNode keys = FILE.get("keys");
        KeyPair identity = new KeyPair(
                bytes(keys.get("identity").get("public")),
                bytes(keys.get("identity").get("private")));
        return Credentials.builder(
                        Curve25519.generate(),
                        identity,
                        SignedPreKey.create(1, identity),
                        175,
                        bytes(keys.get("advSecret")))
                .build();
    }

    private static ADVSignedDeviceIdentity withoutDeviceSignature(byte[] identity) throws Exception {
        ADVSignedDeviceIdentity parsed = ADVSignedDeviceIdentity.parseFrom(identity);
        assertThat(parsed.getDeviceSignature().size()).isEqualTo(64);
        return parsed.toBuilder().clearDeviceSignature().build();
    }

    private static String textOrNull(JsonNode text) {
        return text == null ? null : text.textValue();
    }

    private static byte[] bytes(JsonNode hex) {
        return HexFormat.of().parseHex(hex.textValue());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
