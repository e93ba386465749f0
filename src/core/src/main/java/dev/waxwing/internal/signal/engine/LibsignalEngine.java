package dev.waxwing.internal.signal.engine;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.model.Jid;
import dev.waxwing.store.StoreTransaction;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.signal.libsignal.protocol.IdentityKey;
import org.signal.libsignal.protocol.InvalidKeyException;
import org.signal.libsignal.protocol.InvalidSessionException;
import org.signal.libsignal.protocol.SessionBuilder;
import org.signal.libsignal.protocol.SessionCipher;
import org.signal.libsignal.protocol.SignalProtocolAddress;
import org.signal.libsignal.protocol.UntrustedIdentityException;
import org.signal.libsignal.protocol.ecc.Curve;
import org.signal.libsignal.protocol.ecc.ECPublicKey;
import org.signal.libsignal.protocol.message.PreKeySignalMessage;
import org.signal.libsignal.protocol.message.SignalMessage;
import org.signal.libsignal.protocol.state.SessionRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine in use: steps along a chain by {@link SessionChains}, all else by libsignal. */
public final class LibsignalEngine implements SessionEngine {

    private static final Logger LOG = LoggerFactory.getLogger(LibsignalEngine.class);

    /** See {@link StagedStores}. */
    private static final SignalProtocolAddress ANY_ADDRESS = new SignalProtocolAddress("peer", 0);

    private static final int NO_PRE_KEY = -1;

    private final Consumer<Jid> changedIdentities;
    private final SessionRows sessions;
    private final StagedStores stores;
    private final SessionCipher cipher;
    private final SessionBuilder builder;

    private LibsignalEngine(StoreTransaction tx, Consumer<Jid> changedIdentities, Supplier<LocalIdentity> self) {
        this.changedIdentities = changedIdentities;
        sessions = new SessionRows(tx);
        stores = new StagedStores(tx, sessions, self);
        cipher = new SessionCipher(stores, stores, stores, stores, ANY_ADDRESS);
        builder = new SessionBuilder(stores, stores, stores, stores, ANY_ADDRESS);
    }

    /**
     * Makes engines with the keys of an account.
     *
     * @param credentials the own keys, over the store of the transactions
     * @return makes an engine for each transaction
     */
    public static SessionEngine.Factory factory(CredentialsStore credentials) {
        requireNonNull(credentials, "credentials");
        LocalIdentity.Cache identities = new LocalIdentity.Cache();
        return (tx, changed) -> new LibsignalEngine(tx, changed, () -> identities.of(credentials.require(tx)));
    }

    @Override
    public boolean hasSession(String key) {
        return sessions.contains(key);
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
        } catch (InvalidSessionException e) {
            throw unreadable(device, e);
        }
        stores.setRemoteRegistrationId(bundle.registrationId());
        stores.commit(true);
        report(changed, device);
    }

    private static org.signal.libsignal.protocol.state.PreKeyBundle convert(PreKeyBundle bundle)
            throws InvalidKeyException {
        // libsignal leaves id 0 out of the message, and the receiver would compute another secret: do without the key.
        boolean usable = bundle.preKeyId().orElse(0) != 0;
        byte[] preKey = usable ? bundle.preKey().orElse(null) : null;
        return new org.signal.libsignal.protocol.state.PreKeyBundle(
                bundle.registrationId() & Integer.MAX_VALUE,
                1,
                usable ? bundle.preKeyId().orElse(NO_PRE_KEY) : NO_PRE_KEY,
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
        if (!sessions.contains(key)) {
            throw new IllegalStateException("no session with " + device + ": build one first");
        }
        try {
            return sessions.encrypt(key, plaintext);
        } catch (InvalidSessionException e) {
            throw unreadable(device, e);
        }
    }

    @Override
    public byte[] decrypt(Jid device, String key, Ciphertext ciphertext) {
        Optional<byte[]> next = sessions.decryptNext(key, ciphertext);
        if (next.isPresent()) {
            return next.get();
        }
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
            throw DecryptionFailures.malformed(device, e);
        }
        byte[] session = stores.session();
        if (session == null) {
            throw DecryptionFailures.of(device, Reason.NO_SESSION, null);
        }
        if (!ForwardJump.isHarmless(message.getCounter())) {
            stores.replaceSession(ForwardJump.admit(device, session, bytes));
        }
        byte[] plaintext;
        try {
            plaintext = cipher.decrypt(message);
        } catch (Exception e) {
            throw DecryptionFailures.refused(device, e);
        }
        stores.commit(false);
        return plaintext;
    }

    private byte[] decryptPreKeyMessage(Jid device, byte[] bytes) {
        PreKeySignalMessage message;
        byte[] identityKey;
        try {
            message = new PreKeySignalMessage(bytes);
            identityKey = PublicKeys.untyped(message.getIdentityKey().serialize());
        } catch (Exception e) {
            throw DecryptionFailures.malformed(device, e);
        }
        boolean changed = stores.isNewIdentity(identityKey);
        if (changed) {
            stores.forgetSession();
        }
        admit(device, message);
        byte[] plaintext;
        try {
            plaintext = cipher.decrypt(message);
        } catch (Exception e) {
            throw DecryptionFailures.refused(device, e);
        }
        stores.commit(true);
        report(changed, device);
        return plaintext;
    }

    private void admit(Jid device, PreKeySignalMessage message) {
        SignalMessage inner = message.getWhisperMessage();
        if (ForwardJump.isHarmless(inner.getCounter())) {
            return;
        }
        byte[] session = stores.session();
        if (session != null
                && ForwardJump.knowsBaseKey(
                        device, session, message.getBaseKey().serialize())) {
            stores.replaceSession(ForwardJump.admit(device, session, inner.serialize()));
        } else if (ForwardJump.isTooFarFromStart(inner.getCounter())) {
            throw DecryptionFailures.of(device, Reason.FUTURE_MESSAGE, null);
        } else if (session != null) {
            stores.setSessionAside();
        }
    }

    private void report(boolean changed, Jid device) {
        if (changed) {
            LOG.info("the identity key of {} changed", device);
            changedIdentities.accept(device);
        }
    }

    @Override
    public OptionalInt remoteRegistrationId(Jid device, String key) {
        SessionRecord session = record(device, key);
        return session == null ? OptionalInt.empty() : OptionalInt.of(session.getRemoteRegistrationId());
    }

    @Override
    public Optional<byte[]> baseKey(Jid device, String key) {
        return Optional.ofNullable(record(device, key)).map(SessionRecord::getAliceBaseKey);
    }

    @Override
    public void delete(String key) {
        sessions.delete(key);
    }

    @Override
    public byte[] join(byte[] record, byte[] other) {
        return SessionRecords.join(record, other);
    }

    @Override
    public void flush() {
        sessions.flush();
    }

    @Override
    public void forgetIdentities() {
        stores.forgetIdentities();
    }

    private @Nullable SessionRecord record(Jid device, String key) {
        try {
            return sessions.record(key);
        } catch (InvalidSessionException e) {
            throw unreadable(device, e);
        }
    }

    private static StoreFailedException unreadable(Jid device, InvalidSessionException e) {
        return new StoreFailedException("the session with " + device + " cannot be read", e);
    }
}
