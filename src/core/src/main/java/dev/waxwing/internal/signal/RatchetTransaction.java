package dev.waxwing.internal.signal;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.IdentityNotConfirmedException;
import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.KeyIndexList;
import dev.waxwing.internal.account.PreKeyTable;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.signal.engine.Introduction;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.internal.signal.engine.SessionEngine;
import dev.waxwing.model.IdentityChangeKind;
import dev.waxwing.model.IdentityPolicy;
import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/** Ratchet operations over one transaction of the store, each on a device whose lock is held. */
final class RatchetTransaction implements SignalTransaction {

    private final StoreTransaction tx;
    private final Set<String> lockedNames;
    private final SessionEngine engine;
    private final IdentityPolicy policy;
    private final KeyOwners owners;
    private final KeyIndexes keyIndexes;
    private final IdentityTrust trust;
    private final List<IdentityNews> news;

    /**
     * @param own reads the account's credentials within the transaction
     * @param pairs which addresses are one person
     * @param news takes what becomes known or is refused of identities
     */
    RatchetTransaction(
            StoreTransaction tx,
            Set<String> lockedNames,
            SessionEngine.Factory engines,
            Supplier<Optional<Credentials>> own,
            IdentityPolicy policy,
            Pairs pairs,
            List<IdentityNews> news) {
        this.tx = tx;
        this.lockedNames = lockedNames;
        this.policy = policy;
        this.news = news;
        owners = new KeyOwners(tx, pairs);
        keyIndexes = new KeyIndexes(tx);
        trust = new IdentityTrust(own, policy, this::identity, owners, keyIndexes, news);
        // What changed is known before the engine is asked.
        engine = engines.in(tx, changed -> {});
    }

    /** Writes the sessions that changed; the work is done. */
    void finish() {
        engine.flush();
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
        byte[] key = PublicKeys.ofPeer(identityKey, "identityKey");
        tx.put(StoreTable.IDENTITIES, locked(device).key(), key);
        owners.put(key, device);
        engine.forgetIdentities();
    }

    @Override
    public Optional<KeyIndexList> takeKeyIndexes(Jid person, Optional<KeyIndexList> came) {
        Optional<byte[]> phoneKey = trust.phoneKey(person);
        if (came.filter(list -> keyIndexes.take(person, list, phoneKey)).isPresent()) {
            forgetRemoved(person, came.get());
        }
        return phoneKey.flatMap(key -> keyIndexes.newest(person, key)).or(() -> came);
    }

    private void forgetRemoved(Jid person, KeyIndexList list) {
        for (Jid form : formsOf(person)) {
            String name = SignalAddress.nameOf(form);
            if (lockedNames.contains(name)) {
                List<String> removed = keyIndexes.removedBy(list, name);
                for (String device : removed) {
                    engine.delete(device);
                    tx.delete(StoreTable.IDENTITIES, device);
                }
                if (!removed.isEmpty()) {
                    engine.forgetIdentities();
                    // It has the keys by which this account writes to groups.
                    SenderKeyHolders.identityChanged(tx, name);
                }
            }
        }
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
        boolean any = UserRows.delete(tx, StoreTable.SESSIONS, name);
        if (policy == IdentityPolicy.TELL) {
            any |= UserRows.delete(tx, StoreTable.IDENTITIES, name);
        }
        if (any) {
            SenderKeyHolders.identityChanged(tx, name);
        }
    }

    @Override
    public void confirmIdentity(Jid device, byte[] identityKey) {
        SignalAddress address = locked(device);
        byte[] known = tx.get(StoreTable.IDENTITIES, address.key());
        if (known != null && !Arrays.equals(known, identityKey)) {
            engine.delete(address.key());
            SenderKeyHolders.identityChanged(tx, address.name());
        }
        if (device.device() == 0) {
            forgetOthers(device);
        }
        saveIdentity(device, identityKey);
    }

    /** Forgets sessions and identity keys of all devices of a person, hosted ones included, but one. */
    private void forgetOthers(Jid device) {
        engine.flush();
        engine.forgetIdentities();
        String kept = SignalAddress.of(device).key();
        for (Jid form : formsOf(device)) {
            String name = SignalAddress.nameOf(form);
            if (lockedNames.contains(name)) {
                boolean sessions = UserRows.delete(tx, StoreTable.SESSIONS, name, kept);
                boolean identities = UserRows.delete(tx, StoreTable.IDENTITIES, name, kept);
                keyIndexes.forgetCompanions(name);
                if (sessions || identities) {
                    SenderKeyHolders.identityChanged(tx, name);
                }
            }
        }
    }

    private static List<Jid> formsOf(Jid device) {
        Jid person = device.person();
        return person.isUser()
                ? List.of(person, new Jid(person.user(), person.isLid() ? JidServer.HOSTED_LID : JidServer.HOSTED, 0))
                : List.of(person);
    }

    @Override
    public PairAdmission admitPair(
            Jid phone, Jid lid, Optional<Jid> formerLid, Optional<Jid> formerPhone, boolean confirmed) {
        PairAdmission admission = trust.admitPair(phone, lid, formerLid, formerPhone, confirmed);
        switch (admission) {
            case REFUSED -> {}
            case JOINED -> {
                for (int i = 0; i < formsOf(phone).size(); i++) {
                    migrate(formsOf(phone).get(i), formsOf(lid).get(i));
                }
            }
            case APART -> {
                engine.flush();
                engine.forgetIdentities();
                for (Jid form : formsOf(phone)) {
                    String name = locked(form).name();
                    UserRows.delete(tx, StoreTable.SESSIONS, name);
                    UserRows.delete(tx, StoreTable.IDENTITIES, name);
                }
            }
        }
        return admission;
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
        // Whose the keys are has to go with them: the number may come to be somebody else's.
        UserRows.of(tx, StoreTable.IDENTITIES, from).forEach(identity -> owners.put(identity.value(), toLid));
        keyIndexes.move(from, to);
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
        IdentityTrust.Admission admission = trust.admit(device, bundle.identityKey(), bundle.deviceIdentity(), true);
        engine.initiate(device, address.key(), bundle);
        accepted(device, bundle.identityKey(), admission);
    }

    private void accepted(Jid device, byte[] identityKey, IdentityTrust.Admission admission) {
        if (admission.dropsOthers()) {
            forgetOthers(device);
        }
        if (admission.isNews()) {
            owners.put(identityKey, device);
        }
        admission.keyIndex().ifPresent(index -> keyIndexes.put(device, index));
        if (admission.phoneKey() != null) {
            owners.put(admission.phoneKey(), device);
            tx.put(
                    StoreTable.IDENTITIES,
                    SignalAddress.of(device.person()).key(),
                    PublicKeys.ofPeer(admission.phoneKey(), "phoneKey"));
            engine.forgetIdentities();
        }
        if (admission.news().stream().anyMatch(one -> one.kind() == IdentityChangeKind.NEW_KEY)) {
            SenderKeyHolders.identityChanged(tx, SignalAddress.nameOf(device));
        }
        news.addAll(admission.news());
    }

    @Override
    public Ciphertext encrypt(Jid device, byte[] plaintext) {
        return engine.encrypt(device, locked(device).key(), plaintext);
    }

    @Override
    public byte[] decrypt(Jid device, Ciphertext ciphertext, Optional<byte[]> deviceIdentity) {
        String key = locked(device).key();
        if (ciphertext.type() == Ciphertext.Type.MSG) {
            return engine.decrypt(device, key, ciphertext);
        }
        Optional<Introduction> introduction = ciphertext.introduction();
        if (introduction.isEmpty()) {
            engine.decrypt(device, key, ciphertext);
            throw new IllegalStateException("the engine opened a message that introduces nobody");
        }
        byte[] identityKey = introduction.get().identityKey();
        IdentityTrust.Admission admission;
        try {
            admission = trust.admit(device, identityKey, deviceIdentity, false);
        } catch (PeerKeyRejectedException | IdentityNotConfirmedException e) {
            throw new DecryptionFailedException(
                    DecryptionFailedException.Reason.UNTRUSTED_IDENTITY,
                    "the identity key of " + device + " is not trusted",
                    e);
        }
        boolean isRepeatable = introduction.get().isRepeatable() && !engine.isStarted(key, introduction.get());
        if (isRepeatable) {
            requireFirst(device, introduction.get());
        }
        byte[] plaintext = engine.decrypt(device, key, ciphertext);
        accepted(device, identityKey, admission);
        if (isRepeatable) {
            PreKeyTable.introduced(
                    tx,
                    introduction.get().signedPreKeyId(),
                    identityKey,
                    introduction.get().baseKey());
        }
        return plaintext;
    }

    /**
     * The session of this introduction may have been dropped, on a word of the server's: a copy of an old message would
     * start it again. A new message of a sender who still believes in that session is asked for again, and comes with a
     * one-time key then.
     */
    private void requireFirst(Jid device, Introduction introduction) {
        if (!PreKeyTable.mayIntroduce(
                tx, introduction.signedPreKeyId(), introduction.identityKey(), introduction.baseKey())) {
            throw new DecryptionFailedException(
                    DecryptionFailedException.Reason.INVALID_KEY_ID,
                    "a message of " + device + " starts a session that it has started before",
                    null);
        }
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
