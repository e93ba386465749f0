package dev.waxwing.testkit;

import com.google.protobuf.ByteString;
import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.crypto.RandomBytes;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.wa6.ClientPayload;
import java.util.Base64;

/** What a client has before it connects for the first time. */
record RawCredentials(String pushName, KeyPair noise, KeyPair identity, KeyPair preKey, byte[] advSecret) {

    static RawCredentials fresh(String pushName) {
        return new RawCredentials(
                pushName,
                Curve25519.generate(),
                Curve25519.generate(),
                Curve25519.generate(),
                RandomBytes.next(Curve25519.KEY_BYTES));
    }

    ClientPayload registration() {
        byte[] signature = Curve25519.sign(identity.privateKey(), new byte[] {5}, preKey.publicKey());
        return registration(signature);
    }

    ClientPayload registration(byte[] signature) {
        return ClientPayload.newBuilder()
                .setPassive(false)
                .setPushName(pushName)
                .setDevicePairingData(ClientPayload.DevicePairingRegistrationData.newBuilder()
                        .setERegid(ByteString.copyFrom(BigEndian.encode(4711, 4)))
                        .setEKeytype(ByteString.copyFrom(new byte[] {5}))
                        .setEIdent(ByteString.copyFrom(identity.publicKey()))
                        .setESkeyID(ByteString.copyFrom(BigEndian.encode(1, 3)))
                        .setESkeyVal(ByteString.copyFrom(preKey.publicKey()))
                        .setESkeySig(ByteString.copyFrom(signature)))
                .build();
    }

    ClientPayload login(Jid device) {
        return ClientPayload.newBuilder()
                .setPassive(true)
                .setUsername(Long.parseLong(device.user()))
                .setDevice(device.device())
                .setPushName(pushName)
                .build();
    }

    String qr(String ref) {
        Base64.Encoder base64 = Base64.getEncoder();
        return "https://wa.me/settings/linked_devices#"
                + String.join(
                        ",",
                        ref,
                        base64.encodeToString(noise.publicKey()),
                        base64.encodeToString(identity.publicKey()),
                        base64.encodeToString(advSecret),
                        "1");
    }
}
