package dev.waxwing.internal.message;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.SignedPreKey;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTable;
import java.util.HexFormat;
import java.util.function.UnaryOperator;

/** The devices whose private keys the messaging vectors give away. */
public final class VectorDevices {

    private static final byte[] KEY_TYPE = {5};

    private VectorDevices() {}

    /** The device that was recorded. */
    public static UnaryOperator<Credentials> self(JsonNode self, byte[] deviceIdentity) {
        KeyPair identity = pair(self.get("identityPrivate"));
        return fresh -> Credentials.builder(
                        fresh.noiseKey(),
                        identity,
                        signedPreKey(self.get("signedPreKey"), identity),
                        self.get("registrationId").intValue(),
                        fresh.advSecret())
                .me(Jid.parse(self.get("id").textValue()))
                .lid(Jid.parse(self.get("lid").textValue()))
                .account(deviceIdentity)
                .build();
    }

    /** One of those it wrote to, as its own device. */
    public static UnaryOperator<Credentials> recipient(JsonNode recipient, int registrationId) {
        KeyPair identity = pair(recipient.get("identityPrivate"));
        Jid jid = Jid.parse(recipient.get("jid").textValue());
        return fresh -> Credentials.builder(
                        fresh.noiseKey(),
                        identity,
                        signedPreKey(recipient.get("signedPreKey"), identity),
                        registrationId,
                        fresh.advSecret())
                .me(Jid.parse("15559999999:" + jid.device() + "@s.whatsapp.net"))
                .lid(jid)
                .build();
    }

    /** Writes a one-time key into the store as the pre-key table has it. */
    public static void putOneTimeKey(AccountStore store, JsonNode key) {
        KeyPair pair = pair(key.get("private"));
        store.transact(tx -> {
            tx.put(
                    StoreTable.PRE_KEYS,
                    String.format("%08d", key.get("id").intValue()),
                    Bytes.concat(pair.privateKey(), pair.publicKey()));
            return true;
        });
    }

    /** What the server answers when the keys of a recipient are asked for. */
    public static Node bundle(JsonNode recipient, Jid asked, int registrationId) {
        KeyPair identity = pair(recipient.get("identityPrivate"));
        SignedPreKey signed = signedPreKey(recipient.get("signedPreKey"), identity);
        JsonNode oneTime = recipient.get("oneTimePreKey");
        return Node.builder("user")
                .attr("jid", asked)
                .child(leaf("registration", BigEndian.encode(registrationId, 4)))
                .child(leaf("type", KEY_TYPE))
                .child(leaf("identity", identity.publicKey()))
                .child(Node.builder("key")
                        .child(leaf("id", BigEndian.encode(oneTime.get("id").intValue(), 3)))
                        .child(leaf("value", pair(oneTime.get("private")).publicKey()))
                        .build())
                .child(Node.builder("skey")
                        .child(leaf("id", BigEndian.encode(signed.id(), 3)))
                        .child(leaf("value", signed.keyPair().publicKey()))
                        .child(leaf("signature", signed.signature()))
                        .build())
                .build();
    }

    public static KeyPair pair(JsonNode privateHex) {
        return Curve25519.fromPrivate(HexFormat.of().parseHex(privateHex.textValue()));
    }

    private static SignedPreKey signedPreKey(JsonNode json, KeyPair identity) {
        KeyPair pair = pair(json.get("private"));
        return new SignedPreKey(
                json.get("id").intValue(), pair, Curve25519.sign(identity.privateKey(), KEY_TYPE, pair.publicKey()));
    }

    private static Node leaf(String tag, byte[] content) {
        return Node.builder(tag).bytes(content).build();
    }
}
