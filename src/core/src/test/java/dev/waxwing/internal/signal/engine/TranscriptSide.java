package dev.waxwing.internal.signal.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.PreKey;
import dev.waxwing.internal.account.PreKeyTable;
import dev.waxwing.internal.account.SignedPreKey;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.Hkdf;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.internal.signal.SignalAddress;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.session.SessionChain;
import dev.waxwing.proto.session.SessionChainKey;
import dev.waxwing.proto.session.SessionPendingPreKey;
import dev.waxwing.proto.session.SessionRecordStructure;
import dev.waxwing.proto.session.SessionStructure;
import dev.waxwing.proto.signal.PreKeySignalMessage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One side of a recorded conversation. libsignal draws its keys itself, so after every step that drew some, the drawn ones are replaced in the stored
 * record by those the recording drew: by X3DH and a ratchet step of this class's own, which are thereby checked against libsignal's.
 */
final class TranscriptSide {

    private final Jid peer = Jid.parse("15551230009:3@s.whatsapp.net");
    private final String addressKey = SignalAddress.of(peer).key();
    private final AccountStore store;
    private final SignalSessions sessions;
    private final KeyPair identity;
    private final SignedPreKey signedPreKey;
    private final int registrationId;
    private final Map<Integer, KeyPair> oneTimeKeys = new HashMap<>();
    private final JsonNode generated;

    TranscriptSide(JsonNode own, JsonNode generated, AccountStore store) {
        this.store = store;
        this.generated = generated;
        identity = pair(own.get("identityPrivate"));
        registrationId = own.get("registrationId").asInt();
        JsonNode signed = own.get("signedPreKey");
        signedPreKey =
                new SignedPreKey(signed.get("id").asInt(), pair(signed.get("private")), hex(signed.get("signature")));
        CredentialsStore credentials = new CredentialsStore(store);
        Credentials given = Credentials.builder(
                        Curve25519.generate(), identity, signedPreKey, registrationId, new byte[32])
                .build();
        credentials.loadOrCreate();
        credentials.update(fresh -> given);
        for (JsonNode key : own.get("oneTimePreKeys")) {
            int id = key.get("id").asInt();
            oneTimeKeys.put(id, pair(key.get("private")));
            store.transact(tx -> {
                PreKeyTable.put(tx, new PreKey(id, oneTimeKeys.get(id)), false);
                return true;
            });
        }
        sessions = new SignalSessions(store, credentials);
    }

    PreKeyBundle bundle(@Nullable Integer oneTimeKeyId) {
        return new PreKeyBundle(
                registrationId,
                identity.publicKey(),
                signedPreKey.id(),
                signedPreKey.keyPair().publicKey(),
                signedPreKey.signature(),
                oneTimeKeyId == null ? OptionalInt.empty() : OptionalInt.of(oneTimeKeyId),
                Optional.ofNullable(oneTimeKeyId).map(id -> oneTimeKeys.get(id).publicKey()),
                Optional.empty());
    }

    void processBundle(PreKeyBundle bundle, int step) {
        KeyPair base = generated(step, 0);
        KeyPair ratchet = generated(step, 1);
        sessions.inTransaction(Set.of(peer), tx -> {
            tx.buildSession(peer, bundle);
            return true;
        });
        store.transact(tx -> {
            SessionRecordStructure record = read(tx);
            byte[] signed = bundle.signedPreKey();
            byte[] secret = Bytes.concat(
                    discontinuity(),
                    Curve25519.agree(identity.privateKey(), signed),
                    Curve25519.agree(base.privateKey(), bundle.identityKey()),
                    Curve25519.agree(base.privateKey(), signed),
                    bundle.preKey()
                            .map(key -> Curve25519.agree(base.privateKey(), key))
                            .orElse(new byte[0]));
            Keys start = Keys.of(secret, null, "WhisperText");
            Keys sending = start.step(ratchet.privateKey(), signed);
            SessionStructure.Builder session = record.getCurrentSession().toBuilder()
                    .setRootKey(bytes(sending.root))
                    .setAliceBaseKey(typed(base))
                    .setSenderChain(chain(ratchet, sending.chain));
            session.getReceiverChainsBuilder(0)
                    .setChainKey(SessionChainKey.newBuilder().setKey(bytes(start.chain)));
            SessionPendingPreKey.Builder pending = session.getPendingPreKeyBuilder();
            pending.setBaseKey(typed(base));
            write(tx, record.toBuilder().setCurrentSession(session).build());
            return true;
        });
    }

    Ciphertext encrypt(byte[] plaintext) {
        return sessions.inTransaction(Set.of(peer), tx -> tx.encrypt(peer, plaintext));
    }

    byte[] decrypt(Ciphertext ciphertext, int step) {
        SessionRecordStructure before = sessions.hasSession(peer)
                ? store.transact(TranscriptSide.this::read)
                : SessionRecordStructure.getDefaultInstance();
        byte[] plaintext = sessions.inTransaction(Set.of(peer), tx -> tx.decrypt(peer, ciphertext));
        return store.transact(tx -> {
            SessionRecordStructure after = read(tx);
            SessionStructure old =
                    sessionWithBase(before, after.getCurrentSession().getAliceBaseKey());
            if (old == null) {
                old = asResponder(ciphertext.bytes());
            }
            boolean turned = !old.getSenderChain()
                    .getSenderRatchetKey()
                    .equals(after.getCurrentSession().getSenderChain().getSenderRatchetKey());
            if (turned) {
                write(tx, turn(old, after, generated(step, count(step) - 1)));
            }
            return plaintext;
        });
    }

    void deleteSession() {
        sessions.inTransaction(Set.of(peer), tx -> {
            tx.deleteSession(peer);
            return true;
        });
    }

    /** The state of the initiator's partner before the first message: its ratchet key is the signed pre-key. */
    private SessionStructure asResponder(byte[] preKeyMessage) {
        try {
            PreKeySignalMessage message =
                    PreKeySignalMessage.parseFrom(Arrays.copyOfRange(preKeyMessage, 1, preKeyMessage.length));
            byte[] base = untyped(message.getBaseKey());
            byte[] signed = signedPreKey.keyPair().privateKey();
            byte[] secret = Bytes.concat(
                    discontinuity(),
                    Curve25519.agree(signed, untyped(message.getIdentityKey())),
                    Curve25519.agree(identity.privateKey(), base),
                    Curve25519.agree(signed, base),
                    message.hasPreKeyId()
                            ? Curve25519.agree(
                                    oneTimeKeys.get(message.getPreKeyId()).privateKey(), base)
                            : new byte[0]);
            Keys start = Keys.of(secret, null, "WhisperText");
            return SessionStructure.newBuilder()
                    .setRootKey(bytes(start.root))
                    .setSenderChain(chain(signedPreKey.keyPair(), start.chain))
                    .build();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("the recording holds no pre-key message here", e);
        }
    }

    /** The newest receiver chain made libsignal draw a sending key: the same turn with the recorded key. */
    private static SessionRecordStructure turn(SessionStructure old, SessionRecordStructure after, KeyPair drawn) {
        SessionStructure current = after.getCurrentSession();
        byte[] remote = untyped(
                current.getReceiverChains(current.getReceiverChainsCount() - 1).getSenderRatchetKey());
        Keys receiving = new Keys(old.getRootKey().toByteArray(), new byte[0])
                .step(old.getSenderChain().getSenderRatchetKeyPrivate().toByteArray(), remote);
        Keys sending = receiving.step(drawn.privateKey(), remote);
        return after.toBuilder()
                .setCurrentSession(
                        current.toBuilder().setRootKey(bytes(sending.root)).setSenderChain(chain(drawn, sending.chain)))
                .build();
    }

    private static @Nullable SessionStructure sessionWithBase(SessionRecordStructure record, ByteString base) {
        if (record.getCurrentSession().getAliceBaseKey().equals(base)) {
            return record.getCurrentSession();
        }
        for (ByteString previous : record.getPreviousSessionsList()) {
            try {
                SessionStructure session = SessionStructure.parseFrom(previous);
                if (session.getAliceBaseKey().equals(base)) {
                    return session;
                }
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError("libsignal archived what it cannot read", e);
            }
        }
        return null;
    }

    private SessionRecordStructure read(StoreTransaction tx) {
        try {
            return SessionRecordStructure.parseFrom(tx.get(StoreTable.SESSIONS, addressKey));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("libsignal wrote what cannot be read", e);
        }
    }

    private void write(StoreTransaction tx, SessionRecordStructure record) {
        tx.put(StoreTable.SESSIONS, addressKey, record.toByteArray());
    }

    private int count(int step) {
        int count = 0;
        for (JsonNode key : generated) {
            if (key.get("step").asInt() == step) {
                count++;
            }
        }
        return count;
    }

    private KeyPair generated(int step, int index) {
        int at = 0;
        for (JsonNode key : generated) {
            if (key.get("step").asInt() == step && at++ == index) {
                return pair(key.get("private"));
            }
        }
        throw new AssertionError("the recording drew no key number " + index + " in step " + step);
    }

    private record Keys(byte[] root, byte[] chain) {

        static Keys of(byte[] secret, byte @Nullable [] salt, String info) {
            byte[] both = Hkdf.sha256(secret, salt, info.getBytes(StandardCharsets.US_ASCII), 64);
            return new Keys(Arrays.copyOf(both, 32), Arrays.copyOfRange(both, 32, 64));
        }

        Keys step(byte[] ownPrivate, byte[] remotePublic) {
            return of(Curve25519.agree(ownPrivate, remotePublic), root, "WhisperRatchet");
        }
    }

    private static SessionChain chain(KeyPair ratchet, byte[] chainKey) {
        return SessionChain.newBuilder()
                .setSenderRatchetKey(typed(ratchet))
                .setSenderRatchetKeyPrivate(bytes(ratchet.privateKey()))
                .setChainKey(SessionChainKey.newBuilder().setKey(bytes(chainKey)))
                .build();
    }

    private static byte[] discontinuity() {
        byte[] ones = new byte[32];
        Arrays.fill(ones, (byte) 0xff);
        return ones;
    }

    private static ByteString typed(KeyPair pair) {
        return bytes(PublicKeys.typed(pair.publicKey()));
    }

    private static byte[] untyped(ByteString key) {
        return PublicKeys.untyped(key.toByteArray());
    }

    private static ByteString bytes(byte[] value) {
        return ByteString.copyFrom(value);
    }

    private static KeyPair pair(JsonNode privateKey) {
        return Curve25519.fromPrivate(hex(privateKey));
    }

    private static byte[] hex(JsonNode text) {
        return HexFormat.of().parseHex(text.asText());
    }
}
