package dev.waxwing.internal.signal;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.IdentityNotConfirmedException;
import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.internal.account.KeyIndexList;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.model.Jid;
import dev.waxwing.store.StoreTransaction;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What can be done to ratchets and keys within one transaction of the store; see {@link SignalSessions#inTransaction}.
 * Devices are given by the address their session is filed under: the LID where it is known. Not thread-safe, and dead
 * once the transaction ended.
 *
 * <p>A method that fails changes nothing of the device's state, so that the work may go on after catching it.
 */
public interface SignalTransaction {

    /**
     * Whether there is a session with a device.
     *
     * @param device the device
     * @return true if {@link #encrypt} can be called
     */
    boolean hasSession(Jid device);

    /**
     * Starts a session from a bundle. A session that is there is kept in the archive, so that messages under way can
     * still be read; unless the identity key is another, which drops it and is reported.
     *
     * @param device the device
     * @param bundle its keys
     * @throws PeerKeyRejectedException if the signature of the signed pre-key is wrong, a key is not usable, or the
     *     identity is not the device's: see {@code docs/security.md}
     * @throws IdentityNotConfirmedException if the person's identity key is another than the one known, and the account
     *     wants that confirmed
     */
    void buildSession(Jid device, PreKeyBundle bundle);

    /**
     * Encrypts one message. The ratchet's step is durable once the transaction commits: only then may the ciphertext
     * leave.
     *
     * @param device the device
     * @param plaintext the padded message
     * @return the ciphertext
     * @throws IllegalStateException if there is no session
     */
    Ciphertext encrypt(Jid device, byte[] plaintext);

    /**
     * Decrypts one message. A pre-key message of an unknown session starts it and uses its one-time key up; a new
     * identity key in it that is trusted drops the old session and is reported.
     *
     * @param device the device
     * @param ciphertext the message as received
     * @param deviceIdentity the device identity that came with it
     * @return the padded message
     * @throws DecryptionFailedException with the reason, if it cannot be decrypted or its identity key is not trusted
     */
    byte[] decrypt(Jid device, Ciphertext ciphertext, Optional<byte[]> deviceIdentity);

    /**
     * As {@link #decrypt(Jid, Ciphertext, Optional)}, for a message that came with no device identity.
     *
     * @param device the device
     * @param ciphertext the message as received
     * @return the padded message
     * @throws DecryptionFailedException with the reason, if it cannot be decrypted or its identity key is not trusted
     */
    default byte[] decrypt(Jid device, Ciphertext ciphertext) {
        return decrypt(device, ciphertext, Optional.empty());
    }

    /**
     * Forgets the session with a device, archive included. Its identity key stays known.
     *
     * @param device the device
     */
    void deleteSession(Jid device);

    /**
     * Forgets sessions and identity keys of all devices of a user, as after a registration anew. An account that wants
     * new keys confirmed keeps the identity keys, since what comes next is to be compared with them.
     *
     * @param user the user, with or without a device
     */
    void deleteUser(Jid user);

    /**
     * The known identity key of a device.
     *
     * @param device the device
     * @return 32 bytes, or empty if none is known
     */
    Optional<byte[]> identity(Jid device);

    /**
     * Sets the identity key of a device, as pairing does for the own phone.
     *
     * @param device the device
     * @param identityKey 32 bytes, or 33 with the type byte
     * @throws PeerKeyRejectedException if the key has another length
     */
    void saveIdentity(Jid device, byte[] identityKey);

    /**
     * Takes the list by which a person's phone says which companions it has linked. One that is signed by the phone's
     * known key gives way to no older one and to none that is not; what it does not hold any more is forgotten, and is
     * refused from then on.
     *
     * @param person the person, without a device
     * @param came the list, empty if none came
     * @return the list that counts from now on: a known one that is signed, otherwise what came
     */
    Optional<KeyIndexList> takeKeyIndexes(Jid person, Optional<KeyIndexList> came);

    /**
     * Takes an identity key because the application has confirmed it. Of a person's phone, sessions and identity keys
     * of all other devices of the person are forgotten with the key before.
     *
     * @param device the device
     * @param identityKey 32 bytes
     */
    void confirmIdentity(Jid device, byte[] identityKey);

    /**
     * Checks a pair of phone number and LID that is not the one known, tells of it where there is something to tell,
     * and brings sessions and identity keys in order: what is filed under the number moves to the LID if nothing
     * speaks against the pair, otherwise it is forgotten, since it may have been somebody else's. Both users and their
     * hosted forms must be among the transaction's peers.
     *
     * @param phone the number, without a device
     * @param lid the LID, without a device
     * @param formerLid what the number was paired with
     * @param formerPhone what the LID was paired with
     * @param confirmed whether the application has confirmed the pair
     * @return what is to be done with it
     */
    PairAdmission admitPair(Jid phone, Jid lid, Optional<Jid> formerLid, Optional<Jid> formerPhone, boolean confirmed);

    /**
     * The registration id the session was made with.
     *
     * @param device the device
     * @return any 32 bits, or empty if there is no session
     */
    OptionalInt remoteRegistrationId(Jid device);

    /**
     * The base key that tells the current session of a device from others.
     *
     * @param device the device
     * @return the initiator's base key, 33 bytes, or empty if there is no session
     */
    Optional<byte[]> baseKey(Jid device);

    /**
     * Moves sessions and identity keys of all devices of a user from phone number to LID. What is filed under the LID
     * already stays in use; sessions under the phone number with the same identity go to the archive behind it, for
     * messages may come through either, and those with another are dropped. Both users must be among the transaction's
     * peers.
     *
     * @param fromPhone the phone-number JID, with or without a device
     * @param toLid the LID, with or without a device
     * @return true if anything was moved or dropped
     */
    boolean migrate(Jid fromPhone, Jid toLid);

    /**
     * Whether the ratchets have computed so much in this transaction that it should end before others wait for the
     * store. Nothing is refused if it goes on.
     *
     * @return true if so
     */
    boolean isSpent();

    /**
     * The transaction of the store beneath, for what must be durable together with the ratchet. The ratchets' own rows
     * are written to it when the work is done.
     *
     * @return the transaction
     */
    StoreTransaction store();
}
