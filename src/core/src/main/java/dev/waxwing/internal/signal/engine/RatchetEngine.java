package dev.waxwing.internal.signal.engine;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.PreKey;
import dev.waxwing.internal.account.PreKeyTable;
import dev.waxwing.internal.account.SignedPreKey;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.internal.signal.engine.SessionMessages.Sealed;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.signal.PreKeySignalMessage;
import dev.waxwing.store.StoreTransaction;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine in use: X3DH and the Double Ratchet on records as libsignal 0.23.1 writes them, so that a store can go
 * from the one to the other and back.
 */
public final class RatchetEngine implements SessionEngine {

    private static final Logger LOG = LoggerFactory.getLogger(RatchetEngine.class);

    private final StoreTransaction tx;
    private final Consumer<Jid> changedIdentities;
    private final Supplier<Credentials> own;
    private final Supplier<KeyPair> keys;
    private final SessionRows sessions;
    private final Identities identities;
    private final Effort effort = new Effort();

    private RatchetEngine(
            StoreTransaction tx, Consumer<Jid> changedIdentities, Supplier<Credentials> own, Supplier<KeyPair> keys) {
        this.tx = tx;
        this.changedIdentities = changedIdentities;
        this.own = own;
        this.keys = keys;
        sessions = new SessionRows(tx);
        identities = new Identities(tx);
    }

    /**
     * Makes engines with the keys of an account.
     *
     * @param credentials the own keys, over the store of the transactions
     * @return makes an engine for each transaction
     */
    public static SessionEngine.Factory factory(CredentialsStore credentials) {
        return factory(credentials, Curve25519::generate);
    }

    /**
     * Makes engines that draw their key pairs from somewhere else, for comparison with recorded ones. For a session:
     * base key, then ratchet key; for a turn: one ratchet key.
     *
     * @param credentials the own keys, over the store of the transactions
     * @param keys draws the pairs; each must be fresh
     * @return makes an engine for each transaction
     */
    public static SessionEngine.Factory factory(CredentialsStore credentials, Supplier<KeyPair> keys) {
        requireNonNull(credentials, "credentials");
        requireNonNull(keys, "keys");
        return (tx, changed) -> new RatchetEngine(tx, changed, () -> credentials.require(tx), keys);
    }

    @Override
    public boolean hasSession(String key) {
        return sessions.contains(key);
    }

    @Override
    public void initiate(Jid device, String key, PreKeyBundle bundle) {
        boolean changed = identities.isAnother(key, bundle.identityKey());
        Session started;
        try {
            started = X3dh.initiate(own.get(), bundle, keys.get(), keys.get(), effort);
        } catch (ProtocolViolationException e) {
            throw new PeerKeyRejectedException("a key of " + device + " is not usable", e);
        }
        // With another identity the sessions there are worth nothing.
        SessionRecord record = changed ? null : record(device, key);
        start(key, record, started);
        identities.put(key, bundle.identityKey());
        report(changed, device);
    }

    private void start(String key, @Nullable SessionRecord record, Session started) {
        SessionRecord sessionsOfDevice = record == null ? SessionRecord.empty() : record;
        sessionsOfDevice.start(started);
        sessions.put(key, sessionsOfDevice);
    }

    @Override
    public Ciphertext encrypt(Jid device, String key, byte[] plaintext) {
        SessionRecord record = record(device, key);
        if (record == null) {
            throw new IllegalStateException("no session with " + device + ": build one first");
        }
        Ciphertext ciphertext = record.encrypt(plaintext)
                .orElseThrow(
                        () -> new StoreFailedException("the stored session with " + device + " cannot be sent in"));
        sessions.put(key, record);
        return ciphertext;
    }

    @Override
    public byte[] decrypt(Jid device, String key, Ciphertext ciphertext) {
        try {
            return ciphertext.type() == Ciphertext.Type.PKMSG
                    ? decryptIntroduction(device, key, SessionMessages.parseIntroduction(ciphertext.bytes()))
                    : decryptMessage(key, SessionMessages.parse(ciphertext.bytes()));
        } catch (RefusedException e) {
            throw failed(device, e.reason(), e);
        } catch (InvalidProtocolBufferException e) {
            throw failed(device, Reason.INVALID_SESSION, e);
        }
    }

    private static DecryptionFailedException failed(Jid device, Reason reason, Exception cause) {
        return new DecryptionFailedException(
                reason, "a message of " + device + " cannot be decrypted: " + reason, cause);
    }

    private byte[] decryptMessage(String key, Sealed message) throws RefusedException, InvalidProtocolBufferException {
        SessionRecord record = sessions.get(key);
        if (record == null) {
            throw new RefusedException(Reason.NO_SESSION);
        }
        byte[] plaintext = record.decrypt(message, effort, keys);
        sessions.put(key, record);
        return plaintext;
    }

    private byte[] decryptIntroduction(Jid device, String key, PreKeySignalMessage outer)
            throws RefusedException, InvalidProtocolBufferException {
        Sealed message = SessionMessages.parse(outer.getMessage().toByteArray());
        byte[] identity = PublicKeys.untyped(outer.getIdentityKey().toByteArray());
        boolean changed = identities.isAnother(key, identity);
        // With another identity the sessions there are worth nothing, and a late message of the old one must not bring
        // the old identity back.
        SessionRecord record = changed ? null : sessions.get(key);
        byte[] plaintext;
        if (record != null && record.isStartedWith(outer.getBaseKey(), outer.getIdentityKey())) {
            plaintext = record.decrypt(message, effort, keys);
            sessions.put(key, record);
        } else {
            Session started = respond(outer);
            plaintext = started.decryptOnNewChain(message, effort, keys);
            if (plaintext == null) {
                throw new RefusedException(Reason.BAD_MAC);
            }
            start(key, record, started);
            if (outer.hasPreKeyId()) {
                PreKeyTable.delete(tx, outer.getPreKeyId());
            }
        }
        identities.put(key, identity);
        report(changed, device);
        return plaintext;
    }

    @Override
    public boolean isStarted(String key, Introduction introduction) {
        try {
            SessionRecord record = identities.isAnother(key, introduction.identityKey()) ? null : sessions.get(key);
            return record != null
                    && record.isStartedWith(
                            ByteString.copyFrom(introduction.baseKey()),
                            ByteString.copyFrom(PublicKeys.typed(introduction.identityKey())));
        } catch (InvalidProtocolBufferException e) {
            // What decrypts says so.
            return true;
        }
    }

    private Session respond(PreKeySignalMessage outer) throws RefusedException {
        KeyPair signed = signedPreKey(outer.getSignedPreKeyId());
        KeyPair oneTime = outer.hasPreKeyId() ? oneTimePreKey(outer.getPreKeyId()) : null;
        try {
            return X3dh.respond(own.get(), outer, signed, oneTime, effort);
        } catch (ProtocolViolationException e) {
            throw new RefusedException(Reason.INVALID_KEY, "a key in the message is not usable", e);
        }
    }

    private KeyPair signedPreKey(int id) throws RefusedException {
        SignedPreKey current = own.get().signedPreKey();
        SignedPreKey signed = current.id() == id ? current : isId(id) ? PreKeyTable.signed(tx, id) : null;
        if (signed == null) {
            throw new RefusedException(Reason.INVALID_KEY_ID, "no signed pre-key " + id, null);
        }
        return signed.keyPair();
    }

    private KeyPair oneTimePreKey(int id) throws RefusedException {
        PreKey oneTime = isId(id) ? PreKeyTable.get(tx, id) : null;
        if (oneTime == null) {
            throw new RefusedException(Reason.INVALID_KEY_ID, "no one-time pre-key " + id, null);
        }
        return oneTime.keyPair();
    }

    /** A message may name any 32 bits. */
    private static boolean isId(int id) {
        return id > 0 && id <= PreKey.MAX_ID;
    }

    private void report(boolean changed, Jid device) {
        if (changed) {
            LOG.info("the identity key of {} changed", device);
            changedIdentities.accept(device);
        }
    }

    @Override
    public OptionalInt remoteRegistrationId(Jid device, String key) {
        Session session = current(device, key);
        return session == null ? OptionalInt.empty() : OptionalInt.of(session.remoteRegistrationId());
    }

    @Override
    public Optional<byte[]> baseKey(Jid device, String key) {
        return Optional.ofNullable(current(device, key))
                .map(session -> session.baseKey().toByteArray());
    }

    private @Nullable Session current(Jid device, String key) {
        SessionRecord record = record(device, key);
        if (record == null) {
            return null;
        }
        Session session = record.current();
        if (session == null) {
            throw new StoreFailedException("the stored row of " + device + " holds no session");
        }
        return session;
    }

    @Override
    public void delete(String key) {
        sessions.delete(key);
    }

    @Override
    public byte[] join(byte[] record, byte[] other) {
        try {
            SessionRecord joined = SessionRecord.parse(record);
            joined.join(SessionRecord.parse(other));
            return joined.stored();
        } catch (InvalidProtocolBufferException e) {
            // What cannot be read is worth nothing, and the first one says so to whoever uses it.
            return record;
        }
    }

    @Override
    public void flush() {
        sessions.flush();
    }

    @Override
    public void forgetIdentities() {
        identities.forget();
    }

    @Override
    public boolean isSpent() {
        return effort.isSpent();
    }

    private @Nullable SessionRecord record(Jid device, String key) {
        try {
            return sessions.get(key);
        } catch (InvalidProtocolBufferException e) {
            throw new StoreFailedException("the session with " + device + " cannot be read", e);
        }
    }
}
