package dev.waxwing.internal.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.vectors.Vectors;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Both sides of a pairing code give what a peer's keys give. */
final class PairingCodeKeysTest {

    private static final JsonNode VECTORS = Vectors.load("pairing-code.json");

    @TestFactory
    Stream<DynamicTest> givenPeersCodeAndSalt_whenStretched_thenKeyIsThePeers() {
        return rows("pbkdf2", row -> {
            assertThat(row.get("iterations").intValue()).isEqualTo(131072);
            assertThat(PairingCodeKeys.stretch(text(row, "code"), bytes(row, "salt")))
                    .isEqualTo(bytes(row, "key"));
        });
    }

    @TestFactory
    Stream<DynamicTest> givenPeersEphemeralKey_whenWrappedAndUnwrapped_thenBothAreThePeers() {
        return rows("wrap", row -> {
            byte[] ephemeral = bytes(row, "ephemeralPublic");
            assertThat(PairingCodeKeys.wrap(text(row, "code"), ephemeral, bytes(row, "salt"), bytes(row, "iv")))
                    .isEqualTo(bytes(row, "wrapped"));
            assertThat(PairingCodeKeys.unwrap(text(row, "code"), bytes(row, "wrapped")))
                    .isEqualTo(ephemeral);
        });
    }

    @TestFactory
    Stream<DynamicTest> givenPeersFlow_whenTheCompanionSeals_thenBundleAndSecretAreThePeers() {
        return rows("flows", row -> {
            byte[] primaryEphemeral = PairingCodeKeys.unwrap(text(row, "code"), bytes(row, "primaryWrapped"));
            assertThat(primaryEphemeral).isEqualTo(bytes(row.get("primaryEphemeral"), "public"));
            PairingCodeKeys.Sealed sealed = PairingCodeKeys.seal(
                    pair(row, "companionEphemeral"),
                    pair(row, "companionIdentity"),
                    primaryEphemeral,
                    bytes(row.get("primaryIdentity"), "public"),
                    bytes(row, "bundleSalt"),
                    bytes(row, "bundleIv"),
                    bytes(row, "advRandom"));
            assertThat(PairingCodeKeys.bundleKey(bytes(row, "ephemeralShared"), bytes(row, "bundleSalt")))
                    .isEqualTo(bytes(row, "bundleKey"));
            assertThat(sealed.wrappedBundle()).isEqualTo(bytes(row, "wrappedKeyBundle"));
            assertThat(sealed.advSecret()).isEqualTo(bytes(row, "advSecret"));
        });
    }

    @TestFactory
    Stream<DynamicTest> givenPeersFlow_whenThePhoneOpens_thenSecretIsThePeers() {
        return rows("flows", row -> {
            byte[] companionEphemeral = row.has("companionHelloWrapped")
                    ? PairingCodeKeys.unwrap(text(row, "code"), bytes(row, "companionHelloWrapped"))
                    : bytes(row.get("companionEphemeral"), "public");
            byte[] secret = open(row, companionEphemeral, bytes(row, "wrappedKeyBundle"));
            assertThat(secret).isEqualTo(bytes(row, "advSecret"));
        });
    }

    @Test
    void givenAnotherCode_whenThePhoneOpens_thenItIsRefused() {
        JsonNode row = VECTORS.get("flows").get(2);
        byte[] wrong = PairingCodeKeys.unwrap("8LKHS5NX", bytes(row, "companionHelloWrapped"));

        assertThatThrownBy(() -> open(row, wrong, bytes(row, "wrappedKeyBundle")))
                .isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void givenAnySpoiltByte_whenThePhoneOpens_thenItIsRefused() {
        JsonNode row = VECTORS.get("flows").get(0);
        for (int at = 0; at < PairingCodeKeys.BUNDLE_BYTES; at++) {
            byte[] spoilt = bytes(row, "wrappedKeyBundle");
            spoilt[at] ^= 1;
            assertThatThrownBy(() -> open(row, bytes(row.get("companionEphemeral"), "public"), spoilt))
                    .as("byte %d", at)
                    .isInstanceOf(ProtocolViolationException.class);
        }
    }

    @Test
    void givenABundleThatNamesAnotherIdentity_whenThePhoneOpens_thenItIsRefused() {
        JsonNode row = VECTORS.get("flows").get(0);
        KeyPair other = Curve25519.generate();
        byte[] ephemeral = bytes(row.get("companionEphemeral"), "public");

        assertThatThrownBy(() -> PairingCodeKeys.open(
                        pair(row, "primaryEphemeral"),
                        pair(row, "primaryIdentity"),
                        ephemeral,
                        other.publicKey(),
                        bytes(row, "wrappedKeyBundle")))
                .isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void givenOtherLengths_whenUnwrapped_thenRefused() {
        for (int length : new int[] {0, 79, 81}) {
            assertThatThrownBy(() -> PairingCodeKeys.unwrap("8LKHS5NW", new byte[length]))
                    .isInstanceOf(ProtocolViolationException.class)
                    .hasMessageContaining(Integer.toString(length));
        }
    }

    private static byte[] open(JsonNode row, byte[] companionEphemeral, byte[] bundle) {
        return PairingCodeKeys.open(
                pair(row, "primaryEphemeral"),
                pair(row, "primaryIdentity"),
                companionEphemeral,
                bytes(row.get("companionIdentity"), "public"),
                bundle);
    }

    private interface Check {
        void of(JsonNode row);
    }

    private static Stream<DynamicTest> rows(String group, Check check) {
        assertThat(VECTORS.get(group)).isNotEmpty();
        return StreamSupport.stream(VECTORS.get(group).spliterator(), false)
                .map(row -> dynamicTest(text(row, "name"), () -> check.of(row)));
    }

    private static KeyPair pair(JsonNode row, String name) {
        return new KeyPair(bytes(row.get(name), "public"), bytes(row.get(name), "private"));
    }

    private static byte[] bytes(JsonNode row, String name) {
        return HexFormat.of().parseHex(text(row, name));
    }

    private static String text(JsonNode row, String name) {
        return row.get(name).textValue();
    }
}
