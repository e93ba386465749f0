package dev.waxwing.internal.signal;

import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.internal.account.AdvSignatures;
import dev.waxwing.internal.account.AdvSignatures.Check;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.internal.signal.engine.SessionEngine;
import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ratchet operations over one transaction of the store, each on a device whose lock is held. */
final class RatchetTransaction implements SignalTransaction {

    private static final Logger LOG = LoggerFactory.getLogger(RatchetTransaction.class);

    private final StoreTransaction tx;
    private final Set<String> lockedNames;
    private final SessionEngine engine;
    private final Set<Jid> changedIdentities = new LinkedHashSet<>();

    RatchetTransaction(StoreTransaction tx, Set<String> lockedNames, SessionEngine.Factory engines) {
        this.tx = tx;
        this.lockedNames = lockedNames;
        engine = engines.in(tx, changedIdentities::add);
    }

    /** Writes the sessions that changed; the work is done. */
    void finish() {
        engine.flush();
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
        return engine.hasSession(SignalAddress.of(device).key());
    }

    @Override
    public Optional<byte[]> identity(Jid device) {
        return Optional.ofNullable(
                tx.get(StoreTable.IDENTITIES, SignalAddress.of(device).key()));
    }

    @Override
    public void saveIdentity(Jid device, byte[] identityKey) {
        tx.put(StoreTable.IDENTITIES, locked(device).key(), PublicKeys.ofPeer(identityKey, "identityKey"));
        engine.forgetIdentities();
    }

    @Override
    public OptionalInt remoteRegistrationId(Jid device) {
        return engine.remoteRegistrationId(device, SignalAddress.of(device).key());
    }

    @Override
    public Optional<byte[]> baseKey(Jid device) {
        return engine.baseKey(device, SignalAddress.of(device).key());
    }

    @Override
    public void deleteSession(Jid device) {
        engine.delete(locked(device).key());
    }

    @Override
    public void deleteUser(Jid user) {
        String name = locked(user).name();
        engine.flush();
        engine.forgetIdentities();
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
        engine.flush();
        engine.forgetIdentities();
        boolean sessions = UserRows.move(tx, StoreTable.SESSIONS, from, to, engine::join);
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
        engine.initiate(device, address.key(), bundle);
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

    @Override
    public Ciphertext encrypt(Jid device, byte[] plaintext) {
        return engine.encrypt(device, locked(device).key(), plaintext);
    }

    @Override
    public byte[] decrypt(Jid device, Ciphertext ciphertext) {
        return engine.decrypt(device, locked(device).key(), ciphertext);
    }

    @Override
    public boolean isSpent() {
        return engine.isSpent();
    }

    private SignalAddress locked(Jid device) {
        SignalAddress address = SignalAddress.of(device);
        if (!lockedNames.contains(address.name())) {
            throw new IllegalArgumentException(device + " is not among the peers of this transaction");
        }
        return address;
    }
}
