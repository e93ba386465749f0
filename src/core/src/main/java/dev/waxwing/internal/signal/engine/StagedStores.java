package dev.waxwing.internal.signal.engine;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.internal.account.PreKey;
import dev.waxwing.internal.account.PreKeyTable;
import dev.waxwing.internal.account.SignedPreKey;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.proto.session.SessionRecordStructure;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.signal.libsignal.protocol.IdentityKey;
import org.signal.libsignal.protocol.IdentityKeyPair;
import org.signal.libsignal.protocol.InvalidKeyException;
import org.signal.libsignal.protocol.InvalidKeyIdException;
import org.signal.libsignal.protocol.SignalProtocolAddress;
import org.signal.libsignal.protocol.ecc.Curve;
import org.signal.libsignal.protocol.ecc.ECKeyPair;
import org.signal.libsignal.protocol.state.IdentityKeyStore;
import org.signal.libsignal.protocol.state.PreKeyRecord;
import org.signal.libsignal.protocol.state.PreKeyStore;
import org.signal.libsignal.protocol.state.SessionRecord;
import org.signal.libsignal.protocol.state.SessionStore;
import org.signal.libsignal.protocol.state.SignedPreKeyRecord;
import org.signal.libsignal.protocol.state.SignedPreKeyStore;

/**
 * The stores as libsignal wants them, for one operation on one device at a time: what libsignal writes is held back
 * until the operation succeeded, because it saves an identity before it has checked the message that brought it.
 *
 * <p>The address libsignal passes around takes no part in its computations (version 0.23.1), so all operations share
 * one and it is never looked at.
 */
final class StagedStores implements SessionStore, IdentityKeyStore, PreKeyStore, SignedPreKeyStore {

    private final StoreTransaction tx;
    private final SessionRows sessions;
    private final Supplier<LocalIdentity> self;

    /** Known identity keys, by address; an operation asks for one each time. */
    private final Map<String, Optional<byte[]>> identities = new HashMap<>();

    private String key = "";
    private boolean hasSession;
    private byte @Nullable [] sessionInstead;
    private byte @Nullable [] sessionAside;
    private byte @Nullable [] identity;
    private @Nullable SessionRecord newSession;
    private @Nullable IdentityKey newIdentity;
    private int usedPreKey;
    private int registrationId;

    StagedStores(StoreTransaction tx, SessionRows sessions, Supplier<LocalIdentity> self) {
        this.tx = tx;
        this.sessions = sessions;
        this.self = self;
    }

    /** Reads the state of a device and drops what an operation before this one left behind. */
    void begin(String addressKey) {
        key = addressKey;
        hasSession = sessions.contains(addressKey);
        identity = identities
                .computeIfAbsent(addressKey, address -> Optional.ofNullable(tx.get(StoreTable.IDENTITIES, address)))
                .orElse(null);
        sessionInstead = null;
        sessionAside = null;
        newSession = null;
        newIdentity = null;
        usedPreKey = 0;
        registrationId = 0;
    }

    /** The session as the store keeps it, null if there is none. */
    byte @Nullable [] session() {
        return hasSession ? sessions.bytes(key) : null;
    }

    /** Identity keys were changed past this. */
    void forgetIdentities() {
        identities.clear();
    }

    /** Whether an identity is known and it is another one. */
    boolean isNewIdentity(byte[] publicKey) {
        return identity != null && !Arrays.equals(identity, publicKey);
    }

    /**
     * Hides the session: with another identity it is worth nothing, and a late message of the old one must not bring
     * the old identity back.
     */
    void forgetSession() {
        hasSession = false;
    }

    /** Gives libsignal another record to work on, with the same sessions. */
    void replaceSession(byte[] record) {
        sessionInstead = record;
    }

    /** Lets a new session start on its own, so that no older one is tried; the older ones come back behind it. */
    void setSessionAside() {
        sessionAside = sessions.bytes(key);
        hasSession = false;
    }

    /** For a registration id with the top bit set, which one popular client uses and libsignal's bundles refuse. */
    void setRemoteRegistrationId(int id) {
        registrationId = id;
    }

    private static byte[] withRegistrationId(byte[] record, int registrationId) {
        try {
            SessionRecordStructure.Builder structure = SessionRecordStructure.parseFrom(record).toBuilder();
            structure.getCurrentSessionBuilder().setRemoteRegistrationId(registrationId);
            return structure.build().toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("libsignal wrote a record that cannot be read", e);
        }
    }

    /** Writes what the operation changed. */
    void commit(boolean replaceIdentity) {
        if (newSession != null) {
            if (sessionAside == null && registrationId >= 0) {
                sessions.put(key, newSession);
            } else {
                byte[] record = newSession.serialize();
                if (sessionAside != null) {
                    record = SessionRecords.merge(record, sessionAside);
                }
                sessions.put(key, registrationId < 0 ? withRegistrationId(record, registrationId) : record);
            }
        }
        if (newIdentity != null && (replaceIdentity || identity == null)) {
            byte[] publicKey = PublicKeys.untyped(newIdentity.serialize());
            if (!Arrays.equals(publicKey, identity)) {
                tx.put(StoreTable.IDENTITIES, key, publicKey);
                identities.put(key, Optional.of(publicKey));
            }
        }
        if (usedPreKey != 0) {
            PreKeyTable.delete(tx, usedPreKey);
        }
    }

    @Override
    public @Nullable SessionRecord loadSession(SignalProtocolAddress address) {
        if (!hasSession) {
            return null;
        }
        return sessionInstead == null ? sessions.record(key) : SessionRows.decode(sessionInstead);
    }

    @Override
    public void storeSession(SignalProtocolAddress address, SessionRecord record) {
        newSession = record;
    }

    @Override
    public boolean containsSession(SignalProtocolAddress address) {
        return hasSession;
    }

    @Override
    public IdentityKeyPair getIdentityKeyPair() {
        return self.get().keyPair();
    }

    @Override
    public int getLocalRegistrationId() {
        return self.get().credentials().registrationId();
    }

    @Override
    public boolean saveIdentity(SignalProtocolAddress address, IdentityKey identityKey) {
        newIdentity = identityKey;
        return false;
    }

    /** Trust on first use and on every later one, as all peers do; changes are reported instead. */
    @Override
    public boolean isTrustedIdentity(SignalProtocolAddress address, IdentityKey identityKey, Direction direction) {
        return true;
    }

    @Override
    public @Nullable IdentityKey getIdentity(SignalProtocolAddress address) {
        throw new UnsupportedOperationException("libsignal asks for identities in no operation used here");
    }

    @Override
    public PreKeyRecord loadPreKey(int id) throws InvalidKeyIdException {
        PreKey preKey = PreKeyTable.get(tx, id);
        if (preKey == null) {
            throw new InvalidKeyIdException("no one-time pre-key " + id);
        }
        return new PreKeyRecord(id, convert(preKey.keyPair()));
    }

    @Override
    public void removePreKey(int id) {
        usedPreKey = id;
    }

    @Override
    public SignedPreKeyRecord loadSignedPreKey(int id) throws InvalidKeyIdException {
        SignedPreKey current = self.get().credentials().signedPreKey();
        SignedPreKey signed = current.id() == id ? current : PreKeyTable.signed(tx, id);
        if (signed == null) {
            throw new InvalidKeyIdException("no signed pre-key " + id);
        }
        return new SignedPreKeyRecord(id, 0, convert(signed.keyPair()), signed.signature());
    }

    private static ECKeyPair convert(KeyPair pair) throws InvalidKeyIdException {
        try {
            return new ECKeyPair(
                    Curve.decodePoint(PublicKeys.typed(pair.publicKey()), 0),
                    Curve.decodePrivatePoint(pair.privateKey()));
        } catch (InvalidKeyException e) {
            throw new InvalidKeyIdException(e);
        }
    }

    @Override
    public List<SessionRecord> loadExistingSessions(List<SignalProtocolAddress> addresses) {
        throw unused();
    }

    @Override
    public List<Integer> getSubDeviceSessions(String name) {
        throw unused();
    }

    @Override
    public void deleteSession(SignalProtocolAddress address) {
        throw unused();
    }

    @Override
    public void deleteAllSessions(String name) {
        throw unused();
    }

    @Override
    public void storePreKey(int id, PreKeyRecord record) {
        throw unused();
    }

    @Override
    public boolean containsPreKey(int id) {
        throw unused();
    }

    @Override
    public List<SignedPreKeyRecord> loadSignedPreKeys() {
        throw unused();
    }

    @Override
    public void storeSignedPreKey(int id, SignedPreKeyRecord record) {
        throw unused();
    }

    @Override
    public boolean containsSignedPreKey(int id) {
        throw unused();
    }

    @Override
    public void removeSignedPreKey(int id) {
        throw unused();
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("libsignal does not call this when it decrypts or starts a session");
    }
}
