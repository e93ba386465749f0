package dev.waxwing.internal.address;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.account.KeyIndexList;
import dev.waxwing.internal.signal.SenderKeyHolders;
import dev.waxwing.internal.signal.SenderKeys;
import dev.waxwing.internal.signal.SignalAddress;
import dev.waxwing.internal.signal.SignalTransaction;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.model.Jid;
import dev.waxwing.store.StoreTransaction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What can be done to the keys and ratchets of persons within one transaction of the store; see
 * {@link LidMappings#inTransaction}. Devices are given as a stanza names them, by phone number or by LID: where their
 * state is filed is found here, and holds until the transaction ends, since nobody can learn another counterpart
 * meanwhile. Not thread-safe, and dead once the transaction ended.
 *
 * <p>A method that fails changes nothing of the device's state, so that the work may go on after catching it.
 */
public final class PeerTransaction {

    private static final Logger LOG = LoggerFactory.getLogger(PeerTransaction.class);

    private final SignalTransaction signal;
    private final SenderKeys senderKeys;
    private final Map<Jid, Jid> filed;
    private final Set<String> lockedNames;
    private final Consumer<List<Jid>> learned;

    /**
     * @param filed where the state of each of the transaction's devices is filed
     * @param lockedNames the names whose locks are held
     * @param learned takes those whose counterpart is another now
     */
    PeerTransaction(
            SignalTransaction signal, Map<Jid, Jid> filed, Set<String> lockedNames, Consumer<List<Jid>> learned) {
        this.signal = signal;
        this.filed = filed;
        this.lockedNames = lockedNames;
        this.learned = learned;
        senderKeys = SenderKeys.in(signal.store());
    }

    /**
     * The transaction of the store beneath, for what must be durable together with the ratchet. The ratchets' own rows
     * are written to it when the work is done.
     *
     * @return the transaction
     */
    public StoreTransaction store() {
        return signal.store();
    }

    /**
     * Whether the ratchets have computed so much in this transaction that it should end before others wait for the
     * store. Nothing is refused if it goes on.
     *
     * @return true if so
     */
    public boolean isSpent() {
        return signal.isSpent() || senderKeys.isSpent();
    }

    /**
     * The address under which a person's Signal state is filed at this moment.
     *
     * @param jid any address
     * @return the LID where it is known, otherwise the address as given; with its device
     */
    public Jid canonical(Jid jid) {
        Jid known = filed.get(jid);
        return known == null ? LidRows.canonical(store(), jid) : known;
    }

    /**
     * Whether there is a session with a device.
     *
     * @param device the device
     * @return true if {@link #encrypt} can be called
     */
    public boolean hasSession(Jid device) {
        return signal.hasSession(canonical(device));
    }

    /**
     * Starts a session from a bundle. A session that is there is kept in the archive, so that messages under way can
     * still be read; unless the identity key is another, which drops it and is reported.
     *
     * @param device one of the transaction's devices
     * @param bundle its keys
     * @throws PeerKeyRejectedException if the signature of the signed pre-key or the companion's device identity is
     *     wrong, or a key is not usable
     */
    public void buildSession(Jid device, PreKeyBundle bundle) {
        signal.buildSession(canonical(device), bundle);
    }

    /**
     * Encrypts one message. The ratchet's step is durable once the transaction commits: only then may the ciphertext
     * leave.
     *
     * @param device one of the transaction's devices
     * @param plaintext the padded message
     * @return the ciphertext
     * @throws IllegalStateException if there is no session
     */
    public Ciphertext encrypt(Jid device, byte[] plaintext) {
        return signal.encrypt(canonical(device), plaintext);
    }

    /**
     * Forgets the session with a device, archive included. Its identity key stays known.
     *
     * @param device one of the transaction's devices
     */
    public void deleteSession(Jid device) {
        signal.deleteSession(canonical(device));
    }

    /**
     * Forgets sessions and identity keys of all devices of a user, as after a registration anew.
     *
     * @param user one of the transaction's users, with or without a device
     */
    public void deleteUser(Jid user) {
        signal.deleteUser(canonical(user));
    }

    /**
     * The known identity key of a device.
     *
     * @param device the device
     * @return 32 bytes, or empty if none is known
     */
    public Optional<byte[]> identity(Jid device) {
        return signal.identity(canonical(device));
    }

    /**
     * Sets the identity key of a device.
     *
     * @param device one of the transaction's devices
     * @param identityKey 32 bytes, or 33 with the type byte
     * @throws PeerKeyRejectedException if the key has another length
     */
    public void saveIdentity(Jid device, byte[] identityKey) {
        signal.saveIdentity(canonical(device), identityKey);
    }

    /**
     * Takes the list by which a person's phone says which companions it has linked, as
     * {@link SignalTransaction#takeKeyIndexes} does.
     *
     * @param person one of the transaction's users, without a device
     * @param came the list, empty if none came
     * @return the list that counts from now on: a known one that is signed, otherwise what came
     */
    public Optional<KeyIndexList> takeKeyIndexes(Jid person, Optional<KeyIndexList> came) {
        return signal.takeKeyIndexes(canonical(person), came);
    }

    /**
     * Takes an identity key because the application has confirmed it. Of a person's phone, what is known of all other
     * devices of the person is forgotten with the key before.
     *
     * @param device one of the transaction's devices
     * @param identityKey 32 bytes
     */
    public void confirmIdentity(Jid device, byte[] identityKey) {
        signal.confirmIdentity(canonical(device), identityKey);
    }

    /**
     * The registration id the session was made with.
     *
     * @param device the device
     * @return any 32 bits, or empty if there is no session
     */
    public OptionalInt remoteRegistrationId(Jid device) {
        return signal.remoteRegistrationId(canonical(device));
    }

    /**
     * The base key that tells the current session of a device from others.
     *
     * @param device the device
     * @return the initiator's base key, 33 bytes, or empty if there is no session
     */
    public Optional<byte[]> baseKey(Jid device) {
        return signal.baseKey(canonical(device));
    }

    /**
     * Takes the key by which a device encrypts for a group from now on.
     *
     * @param group the group, or the status
     * @param device the device
     * @param distribution the distribution message
     * @throws ProtocolViolationException if the bytes are not one
     */
    public void takeSenderKey(Jid group, Jid device, byte[] distribution) {
        senderKeys.process(group, canonical(device), distribution);
    }

    /**
     * The key by which this account encrypts for a group from now on, made if there is none; see
     * {@link SenderKeys#distributionMessage}.
     *
     * @param group the group, or the status
     * @return the distribution message
     */
    public byte[] ownSenderKey(Jid group) {
        return senderKeys.distributionMessage(group);
    }

    /**
     * Ends the key by which this account encrypts for a group: nobody who has it reads what comes.
     *
     * @param group the group, or the status
     */
    public void rotateSenderKey(Jid group) {
        senderKeys.rotate(group);
    }

    /**
     * Encrypts one message for all who have the own key of a group. The step is durable once the transaction commits:
     * only then may the ciphertext leave.
     *
     * @param group the group, or the status
     * @param plaintext the padded message
     * @return the {@code skmsg}
     * @throws IllegalStateException if {@link #ownSenderKey} never made a key
     */
    public byte[] encryptForGroup(Jid group, byte[] plaintext) {
        return senderKeys.encrypt(group, plaintext);
    }

    /**
     * Who has the own keys of groups.
     *
     * @return the holders, as long as the transaction lasts
     */
    public SenderKeyHolders senderKeyHolders() {
        return SenderKeyHolders.in(store());
    }

    /**
     * Decrypts one message of a device. A pre-key message of an unknown session starts it and uses its one-time key up;
     * a new identity key in it that is trusted drops the old session and is reported. If that fails and there is still
     * something under the person's phone number, which is where the session may be that the message belongs to, it
     * moves to the LID and the message is tried once more.
     *
     * @param device one of the transaction's devices
     * @param ciphertext the message as received
     * @param deviceIdentity the device identity that came with it
     * @return the padded message
     * @throws DecryptionFailedException with the reason, if it cannot be decrypted or its identity key is not trusted
     */
    public byte[] decrypt(Jid device, Ciphertext ciphertext, Optional<byte[]> deviceIdentity) {
        Jid address = canonical(device);
        return orAfterMoving(
                address,
                () -> signal.decrypt(address, ciphertext, deviceIdentity),
                phone -> signal.migrate(phone, address));
    }

    /**
     * Whether anything is known of a device by which a message could be told to be its own.
     *
     * @param device one of the transaction's devices
     * @return true if there is a session or an identity key
     */
    public boolean isKnown(Jid device) {
        Jid address = canonical(device);
        return signal.hasSession(address) || signal.identity(address).isPresent();
    }

    /**
     * Notes that two addresses are one person, after a message of that person was decrypted; otherwise as
     * {@link LidMappings#learn}. All forms of both must be among the transaction's devices.
     *
     * @param one a phone-number JID or a LID, with or without a device, hosted or not
     * @param other the other form
     */
    public void learn(Jid one, Jid other) {
        Jid phone = (one.isPhone() ? one : other).person();
        Jid lid = (one.isPhone() ? other : one).person();
        if (!LidMappings.allForms(phone, lid).stream()
                .map(SignalAddress::nameOf)
                .allMatch(lockedNames::contains)) {
            // It was a pair when the transaction began and is none now; the next message tells again.
            return;
        }
        List<Jid> touched = LidRows.learn(signal, phone, lid, false);
        if (!touched.isEmpty()) {
            filed.replaceAll((device, before) -> LidRows.canonical(store(), device));
            learned.accept(touched);
        }
    }

    /**
     * Decrypts one message of a device to a group, as {@link SenderKeys#decrypt} does, with the second attempt of
     * {@link #decrypt}.
     *
     * @param group the group, or the status
     * @param device one of the transaction's devices
     * @param message the {@code skmsg} as received
     * @return the padded message
     * @throws DecryptionFailedException with the reason, if it cannot be decrypted
     */
    public byte[] decryptForGroup(Jid group, Jid device, byte[] message) {
        Jid address = canonical(device);
        return orAfterMoving(
                address,
                () -> senderKeys.decrypt(group, address, message),
                phone -> senderKeys.migrate(phone, address));
    }

    private byte[] orAfterMoving(Jid address, Supplier<byte[]> attempt, Predicate<Jid> move) {
        try {
            return attempt.get();
        } catch (DecryptionFailedException e) {
            if (e.reason() == DecryptionFailedException.Reason.DUPLICATE
                    || !address.isLid()
                    || LidRows.counterpart(store(), address)
                            .filter(phone -> lockedNames.contains(SignalAddress.nameOf(phone)))
                            .filter(move)
                            .isEmpty()) {
                throw e;
            }
            LOG.info("The session of {} was filed under the phone number still", address);
            return attempt.get();
        }
    }
}
