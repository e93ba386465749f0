package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.Hmac;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.adv.ADVDeviceIdentity;
import dev.waxwing.proto.adv.ADVSignedDeviceIdentity;
import dev.waxwing.proto.adv.ADVSignedDeviceIdentityHMAC;

/** The client's side of being linked, written out from the rules a second time so that it can contradict the server. */
final class RawPairing {

    private RawPairing() {}

    /** Links a device by its push name and answers its address. */
    static Jid link(LoopbackServer server, RawCredentials credentials) throws Exception {
        try (RawClient client = RawClient.register(server, credentials)) {
            server.scanQr(credentials.qr(awaitRef(client)));
            return finish(client, credentials);
        }
    }

    static String awaitRef(RawClient client) throws InterruptedException {
        Node offer = client.next("iq");
        client.send(result(offer).build());
        return offer.requireChild("pair-device").requireChild("ref").text();
    }

    static Jid finish(RawClient client, RawCredentials credentials) throws Exception {
        Node success = client.next("iq");
        client.send(accept(success, credentials));
        // The client may close itself: the server waits for that.
        assertThat(client.next("stream:error").attr("code")).isEqualTo("515");
        return success.requireChild("pair-success").requireChild("device").requireJid("jid");
    }

    /** Checks pair-success as a strict client does and answers it. */
    static Node accept(Node success, RawCredentials credentials) throws Exception {
        Node pairSuccess = success.requireChild("pair-success");
        ADVSignedDeviceIdentityHMAC container = ADVSignedDeviceIdentityHMAC.parseFrom(
                pairSuccess.requireChild("device-identity").requireBytes());
        assertThat(Hmac.sha256(credentials.advSecret(), container.getDetails().toByteArray()))
                .as("HMAC of pair-success")
                .isEqualTo(container.getHMAC().toByteArray());
        ADVSignedDeviceIdentity signed = ADVSignedDeviceIdentity.parseFrom(container.getDetails());
        byte[] details = signed.getDetails().toByteArray();
        byte[] identity = credentials.identity().publicKey();
        byte[] accountKey = signed.getAccountSignatureKey().toByteArray();
        assertThat(Curve25519.verify(
                        accountKey,
                        Bytes.concat(new byte[] {6, 0}, details, identity),
                        signed.getAccountSignature().toByteArray()))
                .as("account signature")
                .isTrue();
        byte[] signature =
                Curve25519.sign(credentials.identity().privateKey(), new byte[] {6, 1}, details, identity, accountKey);
        return answer(success, ADVDeviceIdentity.parseFrom(details).getKeyIndex(), signed, signature);
    }

    static Node answer(Node success, int keyIndex, ADVSignedDeviceIdentity signed, byte[] signature) {
        byte[] answer = signed.toBuilder()
                .clearAccountSignatureKey()
                .setDeviceSignature(ByteString.copyFrom(signature))
                .build()
                .toByteArray();
        return result(success)
                .child(Node.builder("pair-device-sign")
                        .child(Node.builder("device-identity")
                                .attr("key-index", keyIndex)
                                .bytes(answer)
                                .build())
                        .build())
                .build();
    }

    static Node.Builder result(Node question) {
        return Node.builder("iq").attr("to", Jid.SERVER).attr("type", "result").attr("id", question.requireAttr("id"));
    }
}
