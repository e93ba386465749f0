package dev.waxwing.internal.signal.engine.oracle;

import dev.waxwing.internal.account.PreKey;
import dev.waxwing.internal.account.PreKeyTable;
import dev.waxwing.internal.account.SignedPreKey;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.signal.libsignal.protocol.IdentityKey;
import org.signal.libsignal.protocol.IdentityKeyPair;
import org.signal.libsignal.protocol.InvalidKeyException;
import org.signal.libsignal.protocol.InvalidKeyIdException;
import org.signal.libsignal.protocol.InvalidMessageException;
import org.signal.libsignal.protocol.InvalidSessionException;
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
    private final Supplier<LocalIdentity> self;

    private String key = "";
    private byte @Nullable [] session;
    private byte @Nullable [] identity;
    private @Nullable SessionRecord newSession;
    private @Nullable IdentityKey newIdentity;
    private int usedPreKey;

    StagedStores(StoreTransaction tx, Supplier<LocalIdentity> self) {
        this.tx = tx;
        this.self = self;
    }

    /** Reads the state of a device and drops what an operation before this one left behind. */
    void begin(String addressKey) {
        key = addressKey;
        session = tx.get(StoreTable.SESSIONS, key);
        identity = tx.get(StoreTable.IDENTITIES, key);
        newSession = null;
        newIdentity = null;
        usedPreKey = 0;
    }

    /** Whether an identity is known and it is another one. */
    boolean isNewIdentity(byte[] publicKey) {
        return identity != null && !Arrays.equals(identity, publicKey);
    }

    /** Hides the session: with another identity it is worth nothing. */
    void forgetSession() {
        session = null;
    }

    /** Writes what the operation changed. */
    void commit(boolean replaceIdentity) {
        if (newSession != null) {
            tx.put(StoreTable.SESSIONS, key, newSession.serialize());
        }
        if (newIdentity != null && (replaceIdentity || identity == null)) {
            tx.put(StoreTable.IDENTITIES, key, PublicKeys.untyped(newIdentity.serialize()));
        }
        if (usedPreKey != 0) {
            PreKeyTable.delete(tx, usedPreKey);
        }
    }

    @Override
    public @Nullable SessionRecord loadSession(SignalProtocolAddress address) {
        try {
            return session == null ? null : new SessionRecord(session);
        } catch (InvalidMessageException e) {
            throw new InvalidSessionException("the stored session cannot be read");
        }
    }

    @Override
    public void storeSession(SignalProtocolAddress address, SessionRecord record) {
        newSession = record;
    }

    @Override
    public boolean containsSession(SignalProtocolAddress address) {
        return session != null;
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
