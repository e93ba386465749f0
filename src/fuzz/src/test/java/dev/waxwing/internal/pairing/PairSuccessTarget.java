package dev.waxwing.internal.pairing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.waxwing.fuzz.FuzzTarget;
import dev.waxwing.fuzz.Seeds;
import dev.waxwing.fuzz.Stanzas;
import dev.waxwing.internal.account.AdvSignatures;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.SignedPreKey;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.proto.adv.ADVSignedDeviceIdentity;
import dev.waxwing.proto.adv.ADVSignedDeviceIdentityHMAC;
import dev.waxwing.vectors.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * What ends linking. As it comes; as an identity under a right HMAC; and as details under a right signature and HMAC,
 * as the first byte says. Refused with {@link PairRefusal} only; what is taken carries an account key whose signature
 * verifies.
 */
public final class PairSuccessTarget implements FuzzTarget {

    private static final int KINDS = 3;
    private static final JsonNode FILE = Vectors.load("adv.json");

    private final Credentials own;
    private final KeyPair account = pair("account");

    public PairSuccessTarget() {
        KeyPair identity = pair("identity");
        own = Credentials.builder(
                        Curve25519.generate(),
                        identity,
                        SignedPreKey.create(1, identity),
                        175,
                        hex(FILE.get("keys").get("advSecret").asText()))
                .build();
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        Seeds.hex(List.of("pairSuccessStanza"), "adv.json").forEach(seed -> seeds.add(marked(0, seed)));
        Seeds.hex(List.of("signedDeviceIdentity"), "adv.json").forEach(seed -> seeds.add(marked(1, seed)));
        Seeds.hex(List.of("details"), "adv.json").forEach(seed -> seeds.add(marked(2, seed)));
        return seeds;
    }

    @Override
    public void accept(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        Node pairSuccess = switch ((input[0] & 0xff) % KINDS) {
            case 0 ->
                Stanzas.read(rest)
                        .map(iq -> iq.child("pair-success") == null ? iq : iq.requireChild("pair-success"))
                        .orElse(null);
            case 1 -> pairSuccess(rest);
            default -> pairSuccess(signed(rest));
        };
        if (pairSuccess == null) {
            return;
        }
        PairSuccess success;
        try {
            success = PairSuccess.verify(pairSuccess, own);
        } catch (PairRefusal e) {
            return;
        }
        ADVSignedDeviceIdentity taken = success.account();
        byte[] details = taken.getDetails().toByteArray();
        byte[] signature = taken.getAccountSignature().toByteArray();
        byte[] identity = own.identityKey().publicKey();
        assertThat(AdvSignatures.verifyAccount(success.accountKey(), false, details, identity, signature)
                        || AdvSignatures.verifyAccount(success.accountKey(), true, details, identity, signature))
                .isTrue();
        assertThat(success.applyTo(own).identityKey()).isEqualTo(own.identityKey());
        assertThat(success.identityForServer()).hasSizeLessThan(input.length + 200);
    }

    private Node pairSuccess(byte[] signedIdentity) {
        byte[] container = ADVSignedDeviceIdentityHMAC.newBuilder()
                .setDetails(ByteString.copyFrom(signedIdentity))
                .setHMAC(ByteString.copyFrom(AdvSignatures.hmac(own.advSecret(), false, signedIdentity)))
                .build()
                .toByteArray();
        return Node.builder("pair-success")
                .child(Node.builder("device-identity").bytes(container).build())
                .child(Node.builder("device")
                        .attr("jid", "15551234567:23@s.whatsapp.net")
                        .attr("lid", "236395184570386:23@lid")
                        .build())
                .build();
    }

    private byte[] signed(byte[] details) {
        byte[] signature = AdvSignatures.signAccount(
                account.privateKey(), false, details, own.identityKey().publicKey());
        return ADVSignedDeviceIdentity.newBuilder()
                .setDetails(ByteString.copyFrom(details))
                .setAccountSignatureKey(ByteString.copyFrom(account.publicKey()))
                .setAccountSignature(ByteString.copyFrom(signature))
                .build()
                .toByteArray();
    }

    private static KeyPair pair(String name) {
        JsonNode pair = FILE.get("keys").get(name);
        return new KeyPair(
                hex(pair.get("public").asText()), hex(pair.get("private").asText()));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static byte[] marked(int kind, byte[] rest) {
        byte[] seed = new byte[rest.length + 1];
        seed[0] = (byte) kind;
        System.arraycopy(rest, 0, seed, 1, rest.length);
        return seed;
    }
}
