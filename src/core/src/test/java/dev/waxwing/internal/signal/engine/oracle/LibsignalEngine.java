package dev.waxwing.internal.signal.engine.oracle;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.signal.engine.Introduction;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.internal.signal.engine.SessionEngine;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.session.SessionRecordStructure;
import dev.waxwing.proto.session.SessionStructure;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.signal.libsignal.protocol.IdentityKey;
import org.signal.libsignal.protocol.InvalidKeyException;
import org.signal.libsignal.protocol.SessionBuilder;
import org.signal.libsignal.protocol.SessionCipher;
import org.signal.libsignal.protocol.SignalProtocolAddress;
import org.signal.libsignal.protocol.UntrustedIdentityException;
import org.signal.libsignal.protocol.ecc.Curve;
import org.signal.libsignal.protocol.ecc.ECPublicKey;
import org.signal.libsignal.protocol.message.CiphertextMessage;
import org.signal.libsignal.protocol.message.PreKeySignalMessage;
import org.signal.libsignal.protocol.message.SignalMessage;
import org.signal.libsignal.protocol.state.SessionRecord;

/** libsignal 0.23.1 as an engine, every verb by its own code alone: what ours is compared with. */
public final class LibsignalEngine implements SessionEngine {

    /** See {@link StagedStores}. */
    private static final SignalProtocolAddress ANY_ADDRESS = new SignalProtocolAddress("peer", 0);

    private static final int NO_PRE_KEY = -1;

    private final StoreTransaction tx;
    private final Consumer<Jid> changedIdentities;
    private final StagedStores stores;
    private final SessionCipher cipher;
    private final SessionBuilder builder;

    private LibsignalEngine(StoreTransaction tx, Consumer<Jid> changedIdentities, Supplier<LocalIdentity> self) {
        this.tx = tx;
        this.changedIdentities = changedIdentities;
        stores = new StagedStores(tx, self);
        cipher = new SessionCipher(stores, stores, stores, stores, ANY_ADDRESS);
        builder = new SessionBuilder(stores, stores, stores, stores, ANY_ADDRESS);
    }

    /** Makes engines with the keys of an account. */
    public static SessionEngine.Factory factory(CredentialsStore credentials) {
        return (tx, changed) -> new LibsignalEngine(tx, changed, () -> LocalIdentity.of(credentials.require(tx)));
    }

    @Override
    public boolean hasSession(String key) {
        return tx.get(StoreTable.SESSIONS, key) != null;
    }

    @Override
    public void initiate(Jid device, String key, PreKeyBundle bundle) {
        stores.begin(key);
        boolean changed = stores.isNewIdentity(bundle.identityKey());
        if (changed) {
            stores.forgetSession();
        }
        try {
            builder.process(convert(bundle));
        } catch (InvalidKeyException | UntrustedIdentityException e) {
            throw new PeerKeyRejectedException("a key of " + device + " is not usable", e);
        }
        stores.commit(true);
        report(changed, device);
    }

    /** libsignal does not tell, so its row is read. */
    @Override
    public boolean isStarted(String key, Introduction introduction) {
        byte[] row = tx.get(StoreTable.SESSIONS, key);
        try {
            SessionRecordStructure record =
                    row == null ? SessionRecordStructure.getDefaultInstance() : SessionRecordStructure.parseFrom(row);
            List<SessionStructure> sessions = new ArrayList<>(List.of(record.getCurrentSession()));
            for (ByteString archived : record.getPreviousSessionsList()) {
                sessions.add(SessionStructure.parseFrom(archived));
            }
            ByteString base = ByteString.copyFrom(introduction.baseKey());
            return sessions.stream()
                    .anyMatch(session -> session.getAliceBaseKey().equals(base));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("libsignal writes what can be read", e);
        }
    }

    private static org.signal.libsignal.protocol.state.PreKeyBundle convert(PreKeyBundle bundle)
            throws InvalidKeyException {
        byte[] preKey = bundle.preKey().orElse(null);
        return new org.signal.libsignal.protocol.state.PreKeyBundle(
                bundle.registrationId(),
                1,
                bundle.preKeyId().orElse(NO_PRE_KEY),
                preKey == null ? null : point(preKey),
                bundle.signedPreKeyId(),
                point(bundle.signedPreKey()),
                bundle.signedPreKeySignature(),
                new IdentityKey(point(bundle.identityKey())));
    }

    private static ECPublicKey point(byte[] key) throws InvalidKeyException {
        return Curve.decodePoint(PublicKeys.typed(key), 0);
    }

    @Override
    public Ciphertext encrypt(Jid device, String key, byte[] plaintext) {
        stores.begin(key);
        if (!hasSession(key)) {
            throw new IllegalStateException("no session with " + device);
        }
        try {
            CiphertextMessage message = cipher.encrypt(plaintext);
            stores.commit(false);
            return new Ciphertext(
                    message.getType() == CiphertextMessage.PREKEY_TYPE ? Ciphertext.Type.PKMSG : Ciphertext.Type.MSG,
                    message.serialize());
        } catch (UntrustedIdentityException e) {
            throw new AssertionError("every identity is trusted", e);
        }
    }

    @Override
    public byte[] decrypt(Jid device, String key, Ciphertext ciphertext) {
        stores.begin(key);
        return ciphertext.type() == Ciphertext.Type.PKMSG
                ? decryptPreKeyMessage(device, ciphertext.bytes())
                : decryptMessage(device, ciphertext.bytes());
    }

    private byte[] decryptMessage(Jid device, byte[] bytes) {
        SignalMessage message;
        try {
            message = new SignalMessage(bytes);
        } catch (Exception e) {
            throw LibsignalFailures.malformed(device, e);
        }
        if (!stores.containsSession(ANY_ADDRESS)) {
            throw LibsignalFailures.of(device, Reason.NO_SESSION, null);
        }
        byte[] plaintext;
        try {
            plaintext = cipher.decrypt(message);
        } catch (Exception e) {
            throw LibsignalFailures.refused(device, e);
        }
        stores.commit(false);
        return plaintext;
    }

    private byte[] decryptPreKeyMessage(Jid device, byte[] bytes) {
        PreKeySignalMessage message;
        try {
            message = new PreKeySignalMessage(bytes);
        } catch (Exception e) {
            throw LibsignalFailures.malformed(device, e);
        }
        boolean changed =
                stores.isNewIdentity(PublicKeys.untyped(message.getIdentityKey().serialize()));
        if (changed) {
            stores.forgetSession();
        }
        byte[] plaintext;
        try {
            plaintext = cipher.decrypt(message);
        } catch (Exception e) {
            throw LibsignalFailures.refused(device, e);
        }
        stores.commit(true);
        report(changed, device);
        return plaintext;
    }

    private void report(boolean changed, Jid device) {
        if (changed) {
            changedIdentities.accept(device);
        }
    }

    @Override
    public OptionalInt remoteRegistrationId(Jid device, String key) {
        SessionRecord session = record(key);
        return session == null ? OptionalInt.empty() : OptionalInt.of(session.getRemoteRegistrationId());
    }

    @Override
    public Optional<byte[]> baseKey(Jid device, String key) {
        return Optional.ofNullable(record(key)).map(SessionRecord::getAliceBaseKey);
    }

    private @Nullable SessionRecord record(String key) {
        stores.begin(key);
        return stores.loadSession(ANY_ADDRESS);
    }

    @Override
    public void delete(String key) {
        tx.delete(StoreTable.SESSIONS, key);
    }

    @Override
    public byte[] join(byte[] record, byte[] other) {
        throw new UnsupportedOperationException("libsignal knows one address for one device");
    }

    @Override
    public boolean isSpent() {
        return false;
    }

    @Override
    public void flush() {
        // Every operation has written what it changed.
    }

    @Override
    public void forgetIdentities() {
        // Every operation reads anew.
    }
}
