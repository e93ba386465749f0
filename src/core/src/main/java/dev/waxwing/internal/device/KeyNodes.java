package dev.waxwing.internal.device;

import dev.waxwing.internal.account.PreKey;
import dev.waxwing.internal.account.PublicIdentity;
import dev.waxwing.internal.account.SignedPreKey;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.model.Jid;

/** This device's public keys as stanzas carry them: in uploads and in retry receipts alike. */
public final class KeyNodes {

    private static final int KEY_ID_BYTES = 3;
    private static final int REGISTRATION_ID_BYTES = 4;
    private static final byte[] KEY_TYPE = {5};

    private KeyNodes() {}

    /** An iq about keys. */
    static Node.Builder request(String type) {
        return Node.builder("iq").attr("to", Jid.SERVER).attr("type", type).attr("xmlns", "encrypt");
    }

    /**
     * The registration id.
     *
     * @param own the device's keys
     * @return {@code <registration>} of 4 bytes
     */
    public static Node registration(PublicIdentity own) {
        return Node.builder("registration")
                .bytes(BigEndian.encode(own.registrationId(), REGISTRATION_ID_BYTES))
                .build();
    }

    /**
     * The kind of all keys.
     *
     * @return {@code <type>} of 1 byte
     */
    public static Node type() {
        return Node.builder("type").bytes(KEY_TYPE).build();
    }

    /**
     * The identity key.
     *
     * @param own the device's keys
     * @return {@code <identity>} of 32 bytes
     */
    public static Node identity(PublicIdentity own) {
        return Node.builder("identity").bytes(own.identityKey()).build();
    }

    /**
     * The signed pre-key.
     *
     * @param own the device's keys
     * @return {@code <skey>} with id, value and signature
     */
    public static Node signed(PublicIdentity own) {
        return signed(own.signedPreKeyId(), own.signedPreKey(), own.signedPreKeySignature());
    }

    static Node signed(SignedPreKey key) {
        return signed(key.id(), key.keyPair().publicKey(), key.signature());
    }

    private static Node signed(int id, byte[] publicKey, byte[] signature) {
        return Node.builder("skey")
                .child(id(id))
                .child(value(publicKey))
                .child(Node.builder("signature").bytes(signature).build())
                .build();
    }

    /**
     * A one-time pre-key.
     *
     * @param key the key
     * @return {@code <key>} with id and value
     */
    public static Node oneTime(PreKey key) {
        return Node.builder("key")
                .child(id(key.id()))
                .child(value(key.keyPair().publicKey()))
                .build();
    }

    private static Node id(int id) {
        return Node.builder("id").bytes(BigEndian.encode(id, KEY_ID_BYTES)).build();
    }

    private static Node value(byte[] publicKey) {
        return Node.builder("value").bytes(publicKey).build();
    }
}
