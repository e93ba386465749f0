package dev.waxwing.internal.signal;

import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.account.AdvSignatures;
import dev.waxwing.internal.account.AdvSignatures.Check;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
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

/**
 * Ratchet operations over one transaction of the store: steps along a chain by {@link SessionChains}, all else by
 * libsignal.
 */
final class RatchetTransaction implements SignalTransaction {

    private static final Logger LOG = LoggerFactory.getLogger(RatchetTransaction.class);

    /** See {@link StagedStores}. */
    private static final SignalProtocolAddress ANY_ADDRESS = new SignalProtocolAddress("peer", 0);

    private static final int NO_PRE_KEY = -1;

    private final StoreTransaction tx;
    private final Set<String> lockedNames;
    private final SessionRows sessions;
    private final StagedStores stores;
    private final SessionCipher cipher;
    private final SessionBuilder builder;
    private final Set<Jid> changedIdentities = new LinkedHashSet<>();

    RatchetTransaction(StoreTransaction tx, Set<String> lockedNames, Supplier<LocalIdentity> self) {
        this.tx = tx;
        this.lockedNames = lockedNames;
        sessions = new SessionRows(tx);
        stores = new StagedStores(tx, sessions, self);
        cipher = new SessionCipher(stores, stores, stores, stores, ANY_ADDRESS);
        builder = new SessionBuilder(stores, stores, stores, stores, ANY_ADDRESS);
    }

    /** Writes the sessions that changed; the work is done. */
    void finish() {
        sessions.flush();
    }

    Set<Jid> changedIdentities() {
        return changedIdentities;
    }

    @Override
    public StoreTransaction store() {
        return tx;
    }

    @Override
    public boolean hasSession(Jid device) {
        return sessions.contains(SignalAddress.of(device).key());
    }

    @Override
    public Optional<byte[]> identity(Jid device) {
        return Optional.ofNullable(
                tx.get(StoreTable.IDENTITIES, SignalAddress.of(device).key()));
    }

    @Override
    public void saveIdentity(Jid device, byte[] identityKey) {
        tx.put(StoreTable.IDENTITIES, locked(device).key(), PublicKeys.ofPeer(identityKey, "identityKey"));
        stores.forgetIdentities();
    }

    @Override
    public OptionalInt remoteRegistrationId(Jid device) {
        SessionRecord session = record(device);
        return session == null ? OptionalInt.empty() : OptionalInt.of(session.getRemoteRegistrationId());
    }

    @Override
    public Optional<byte[]> baseKey(Jid device) {
        return Optional.ofNullable(record(device)).map(SessionRecord::getAliceBaseKey);
    }

    @Override
    public void deleteSession(Jid device) {
        sessions.delete(locked(device).key());
    }

    @Override
    public void deleteUser(Jid user) {
        String name = locked(user).name();
        sessions.flush();
        stores.forgetIdentities();
        UserRows.delete(tx, StoreTable.SESSIONS, name);
        UserRows.delete(tx, StoreTable.IDENTITIES, name);
    }

    @Override
    public boolean migrate(Jid fromPhone, Jid toLid) {
        if (!fromPhone.isPhone() || !toLid.isLid()) {
            throw new IllegalArgumentException(
                    "migrate takes a phone number and a LID but was given " + fromPhone + " and " + toLid);
        }
        String from = locked(fromPhone).name();
        String to = locked(toLid).name();
        sessions.flush();
        stores.forgetIdentities();
        boolean sessions = UserRows.move(tx, StoreTable.SESSIONS, from, to, SessionRecords::join);
        boolean identities = UserRows.move(tx, StoreTable.IDENTITIES, from, to, (lid, phone) -> lid);
        return sessions || identities;
    }

    @Override
    public void buildSession(Jid device, PreKeyBundle bundle) {
        SignalAddress address = locked(device);
        if (!Curve25519.verify(
                bundle.identityKey(), PublicKeys.typed(bundle.signedPreKey()), bundle.signedPreKeySignature())) {
            throw new PeerKeyRejectedException(
                    "the signed pre-key of " + device + " is not signed by its identity key");
        }
        checkDeviceIdentity(device, bundle);
        stores.begin(address.key());
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

    private void checkDeviceIdentity(Jid device, PreKeyBundle bundle) {
        if (device.device() == 0) {
            return;
        }
        Check check = bundle.deviceIdentity()
                .map(identity ->
                        AdvSignatures.checkDeviceIdentity(identity, bundle.identityKey(), identity(primaryOf(device))))
                .orElse(Check.UNCHECKED);
        switch (check) {
            case VALID -> {}
            // Refusing these would leave every companion of a new contact out of reach.
            case UNCHECKED -> LOG.debug("the device identity of {} could not be checked", device);
            case INVALID -> throw new PeerKeyRejectedException("the device identity of " + device + " is not genuine");
        }
    }

    /** The phone of the same user; hosted devices live under a server of their own. */
    private static Jid primaryOf(Jid device) {
        JidServer server = device.server();
        if (server.equals(JidServer.HOSTED)) {
            server = JidServer.PHONE;
        } else if (server.equals(JidServer.HOSTED_LID)) {
            server = JidServer.LID;
        }
        return new Jid(device.user(), server, 0);
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
    public Ciphertext encrypt(Jid device, byte[] plaintext) {
        String key = locked(device).key();
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
    public byte[] decrypt(Jid device, Ciphertext ciphertext) {
        String key = locked(device).key();
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
            changedIdentities.add(device);
        }
    }

    private SignalAddress locked(Jid device) {
        SignalAddress address = SignalAddress.of(device);
        if (!lockedNames.contains(address.name())) {
            throw new IllegalArgumentException(device + " is not among the peers of this transaction");
        }
        return address;
    }

    private @Nullable SessionRecord record(Jid device) {
        try {
            return sessions.record(SignalAddress.of(device).key());
        } catch (InvalidSessionException e) {
            throw unreadable(device, e);
        }
    }

    private static StoreFailedException unreadable(Jid device, InvalidSessionException e) {
        return new StoreFailedException("the session with " + device + " cannot be read", e);
    }
}
