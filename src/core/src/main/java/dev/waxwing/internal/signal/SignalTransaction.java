package dev.waxwing.internal.signal;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.PeerKeyRejectedException;
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
     * @throws PeerKeyRejectedException if the signature of the signed pre-key or the companion's device identity is
     *     wrong, or a key is not usable
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
     * identity key in it is accepted, drops the old session and is reported.
     *
     * @param device the device
     * @param ciphertext the message as received
     * @return the padded message
     * @throws DecryptionFailedException with the reason, if it cannot be decrypted
     */
    byte[] decrypt(Jid device, Ciphertext ciphertext);

    /**
     * Forgets the session with a device, archive included. Its identity key stays known.
     *
     * @param device the device
     */
    void deleteSession(Jid device);

    /**
     * Forgets sessions and identity keys of all devices of a user, as after a registration anew.
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
