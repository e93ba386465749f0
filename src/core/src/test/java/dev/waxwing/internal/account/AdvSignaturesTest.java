package dev.waxwing.internal.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.internal.account.AdvSignatures.Check;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.internal.signal.Party;
import dev.waxwing.proto.adv.ADVDeviceIdentity;
import dev.waxwing.proto.adv.ADVEncryptionType;
import dev.waxwing.proto.adv.ADVSignedDeviceIdentity;
import dev.waxwing.proto.adv.ADVSignedDeviceIdentityHMAC;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.vectors.Vectors;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class AdvSignaturesTest {

    private static final JsonNode ADV = Vectors.load("adv.json");
    private static final byte[] SECRET = hex(ADV.get("keys").get("advSecret"));
    private static final KeyPair IDENTITY = pair("identity");
    private static final KeyPair ACCOUNT = pair("account");

    /** Refused for its stanza; the signatures in it are good. */
    private static final Set<String> GOOD_SIGNATURES = Set.of("device-node-missing");

    private final KeyPair companion = Curve25519.generate();
    private final byte[] details =
            ADVDeviceIdentity.newBuilder().setRawID(5).build().toByteArray();

    static Stream<JsonNode> vectors() {
        return StreamSupport.stream(ADV.get("vectors").spliterator(), false);
    }

    static Stream<JsonNode> signatures() {
        return StreamSupport.stream(
                Vectors.load("signal-xeddsa.json").get("vectors").spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void givenPairSuccess_whenChecked_thenAcceptedOrRefusedAsItMustBe(JsonNode vector) throws Exception {
        boolean expected = vector.get("expect").asText().equals("accept")
                || GOOD_SIGNATURES.contains(vector.get("name").asText());

        assertThat(isGenuine(hex(vector.get("deviceIdentityHmac")))).isEqualTo(expected);
    }

    /** The checks of pair-success, with the choices of prefix that the notes on pairing call safer. */
    private static boolean isGenuine(byte[] container) throws Exception {
        ADVSignedDeviceIdentityHMAC outer = ADVSignedDeviceIdentityHMAC.parseFrom(container);
        boolean hostedAccount = outer.getAccountType() == ADVEncryptionType.HOSTED;
        if (!AdvSignatures.hmacMatches(
                SECRET,
                hostedAccount,
                outer.getDetails().toByteArray(),
                outer.getHMAC().toByteArray())) {
            return false;
        }
        ADVSignedDeviceIdentity signed = ADVSignedDeviceIdentity.parseFrom(outer.getDetails());
        ADVDeviceIdentity inner = ADVDeviceIdentity.parseFrom(signed.getDetails());
        return AdvSignatures.verifyAccount(
                signed.getAccountSignatureKey().toByteArray(),
                inner.getDeviceType() == ADVEncryptionType.HOSTED,
                signed.getDetails().toByteArray(),
                IDENTITY.publicKey(),
                signed.getAccountSignature().toByteArray());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void givenPeersDeviceSignature_whenVerified_thenItHolds(JsonNode vector) {
        if (!vector.has("deviceSignature")) {
            return;
        }
        assertThat(AdvSignatures.verifyDevice(
                        IDENTITY.publicKey(),
                        false,
                        hex(vector.get("details")),
                        ACCOUNT.publicKey(),
                        hex(vector.get("deviceSignature"))))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("signatures")
    void givenPeersSignature_whenVerified_thenItHoldsAndTheAlteredOneDoesNot(JsonNode vector) {
        byte[] key = hex(vector.get("publicKey32"));
        byte[] message = hex(vector.get("message"));

        assertThat(Curve25519.fromPrivate(hex(vector.get("privateKey"))).publicKey())
                .isEqualTo(key);
        assertThat(Curve25519.verify(key, message, hex(vector.get("signature"))))
                .isTrue();
        assertThat(Curve25519.verify(key, message, hex(vector.get("tamperedSignature"))))
                .isFalse();
    }

    @Test
    void givenEverySignature_whenMadeHere_thenItVerifiesUnderItsOwnPrefixOnly() {
        byte[] identity = companion.publicKey();
        for (boolean hosted : new boolean[] {false, true}) {
            byte[] account = AdvSignatures.signAccount(ACCOUNT.privateKey(), hosted, details, identity);
            assertThat(AdvSignatures.verifyAccount(ACCOUNT.publicKey(), hosted, details, identity, account))
                    .isTrue();
            assertThat(AdvSignatures.verifyAccount(ACCOUNT.publicKey(), !hosted, details, identity, account))
                    .isFalse();
            byte[] device =
                    AdvSignatures.signDevice(companion.privateKey(), hosted, details, identity, ACCOUNT.publicKey());
            assertThat(AdvSignatures.verifyDevice(identity, hosted, details, ACCOUNT.publicKey(), device))
                    .isTrue();
            assertThat(AdvSignatures.verifyDevice(identity, !hosted, details, ACCOUNT.publicKey(), device))
                    .isFalse();
        }
        byte[] list = AdvSignatures.signKeyIndexList(ACCOUNT.privateKey(), details);
        assertThat(AdvSignatures.verifyKeyIndexList(ACCOUNT.publicKey(), details, list))
                .isTrue();
        assertThat(AdvSignatures.verifyKeyIndexList(companion.publicKey(), details, list))
                .isFalse();
        assertThat(Curve25519.verify(ACCOUNT.publicKey(), details, list)).isFalse();
    }

    @Test
    void givenCompanionWithAccountKey_whenChecked_thenBothSignaturesCount() {
        for (boolean hosted : new boolean[] {false, true}) {
            ADVSignedDeviceIdentity signed = signed(hosted).build();
            assertThat(check(signed, Optional.empty())).isEqualTo(Check.VALID);
            assertThat(check(flip(signed.toBuilder(), true), Optional.empty())).isEqualTo(Check.INVALID);
            assertThat(check(flip(signed.toBuilder(), false), Optional.empty())).isEqualTo(Check.INVALID);
        }
    }

    @Test
    void givenCompanionWithoutAccountKey_whenChecked_thenThePhonesIdentityStandsIn() {
        ADVSignedDeviceIdentity signed =
                signed(false).clearAccountSignatureKey().build();

        assertThat(check(signed, Optional.of(ACCOUNT.publicKey()))).isEqualTo(Check.VALID);
        assertThat(check(signed, Optional.of(companion.publicKey()))).isEqualTo(Check.INVALID);
        assertThat(check(signed, Optional.empty())).isEqualTo(Check.UNCHECKED);
    }

    @Test
    void givenBundleOfCompanion_whenSessionIsBuilt_thenOnlyAFalseIdentityIsRefused() {
        Party alice = new Party("15551230001@s.whatsapp.net", MemoryStore.create());
        Party bob = new Party("15551230002:3@s.whatsapp.net", MemoryStore.create());
        Party phone = new Party("15551230002@s.whatsapp.net", MemoryStore.create());
        KeyPair identity = bob.identity();
        byte[] genuine =
                sign(identity, false).clearAccountSignatureKey().build().toByteArray();

        alice.meet(bob, bob.bundle(null, genuine));
        alice.with(bob, tx -> {
            tx.saveIdentity(phone.jid, ACCOUNT.publicKey());
            tx.buildSession(bob.jid, bob.bundle(null, genuine));
            tx.deleteSession(bob.jid);
            tx.saveIdentity(phone.jid, PublicKeys.typed(phone.identity().publicKey()));
            return true;
        });

        assertThatThrownBy(() -> alice.meet(bob, bob.bundle(null, genuine)))
                .isInstanceOf(PeerKeyRejectedException.class);
        assertThatThrownBy(() -> alice.meet(bob, bob.bundle(null, new byte[] {(byte) 0xff})))
                .isInstanceOf(PeerKeyRejectedException.class);
        assertThat(alice.sessions.hasSession(bob.jid)).isFalse();
        alice.meet(phone, phone.bundle(null, new byte[] {(byte) 0xff}));
        assertThat(alice.sessions.hasSession(phone.jid)).isTrue();
    }

    private ADVSignedDeviceIdentity.Builder signed(boolean hosted) {
        return sign(companion, hosted);
    }

    private ADVSignedDeviceIdentity.Builder sign(KeyPair device, boolean hosted) {
        return ADVSignedDeviceIdentity.newBuilder()
                .setDetails(ByteString.copyFrom(details))
                .setAccountSignatureKey(ByteString.copyFrom(ACCOUNT.publicKey()))
                .setAccountSignature(ByteString.copyFrom(
                        AdvSignatures.signAccount(ACCOUNT.privateKey(), hosted, details, device.publicKey())))
                .setDeviceSignature(ByteString.copyFrom(AdvSignatures.signDevice(
                        device.privateKey(), hosted, details, device.publicKey(), ACCOUNT.publicKey())));
    }

    private Check check(ADVSignedDeviceIdentity signed, Optional<byte[]> primary) {
        return AdvSignatures.checkDeviceIdentity(signed.toByteArray(), companion.publicKey(), primary);
    }

    private static ADVSignedDeviceIdentity flip(ADVSignedDeviceIdentity.Builder signed, boolean account) {
        byte[] signature = (account ? signed.getAccountSignature() : signed.getDeviceSignature()).toByteArray();
        signature[3] ^= 1;
        return account
                ? signed.setAccountSignature(ByteString.copyFrom(signature)).build()
                : signed.setDeviceSignature(ByteString.copyFrom(signature)).build();
    }

    private static KeyPair pair(String name) {
        return Curve25519.fromPrivate(hex(ADV.get("keys").get(name).get("private")));
    }

    private static byte[] hex(JsonNode text) {
        return HexFormat.of().parseHex(text.asText());
    }
}
