package dev.waxwing.internal.signal.engine;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.model.Jid;
import dev.waxwing.store.StoreTransaction;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * The Double Ratchet and X3DH over the rows of one transaction: all that another implementation of Signal would have to
 * do. Sessions are given by the key of their row; the device only names them in exceptions. Not thread-safe, and dead
 * once the transaction ended.
 *
 * <p>A method that fails changes nothing of the session.
 */
public interface SessionEngine {

    /** Makes the engine of a transaction. Thread-safe. */
    @FunctionalInterface
    interface Factory {

        /**
         * Makes the engine of a transaction.
         *
         * @param tx the transaction
         * @param changed takes each device whose identity key is not the one known before, within the transaction
         * @return the engine, dead once the transaction ended
         */
        SessionEngine in(StoreTransaction tx, Consumer<Jid> changed);
    }

    /**
     * Whether there is a session.
     *
     * @param key the key of its row
     * @return true if {@link #encrypt} can be called
     */
    boolean hasSession(String key);

    /**
     * Starts a session from a bundle whose signatures were checked. One that is there goes to the archive, or is
     * dropped if the identity key is another.
     *
     * @param device whose keys they are
     * @param key the key of the session's row
     * @param bundle the keys
     * @throws PeerKeyRejectedException if a key is not usable
     */
    void initiate(Jid device, String key, PreKeyBundle bundle);

    /**
     * Encrypts one message.
     *
     * @param device whom it is for
     * @param key the key of the session's row
     * @param plaintext the padded message
     * @return the ciphertext
     * @throws IllegalStateException if there is no session
     */
    Ciphertext encrypt(Jid device, String key, byte[] plaintext);

    /**
     * Decrypts one message. A pre-key message of an unknown session starts it.
     *
     * @param device who sent it
     * @param key the key of the session's row
     * @param ciphertext the message as received
     * @return the padded message
     * @throws DecryptionFailedException with the reason, if it cannot be decrypted
     */
    byte[] decrypt(Jid device, String key, Ciphertext ciphertext);

    /**
     * Whether a pre-key message belongs to a session that is there, archived ones included.
     *
     * @param key the key of the session's row
     * @param introduction by what the message starts a session
     * @return false if {@link #decrypt} would start one
     */
    boolean isStarted(String key, Introduction introduction);

    /**
     * The registration id that the session was made with.
     *
     * @param device whose session it is
     * @param key the key of its row
     * @return any 32 bits, or empty if there is no session
     */
    OptionalInt remoteRegistrationId(Jid device, String key);

    /**
     * The base key that tells the current session from others.
     *
     * @param device whose session it is
     * @param key the key of its row
     * @return the initiator's base key, 33 bytes, or empty if there is no session
     */
    Optional<byte[]> baseKey(Jid device, String key);

    /**
     * Forgets a session, archive included.
     *
     * @param key the key of its row
     */
    void delete(String key);

    /**
     * Makes one record of two of the same device: the sessions of the second go behind those of the first.
     *
     * @param record a row
     * @param other another row
     * @return the row that replaces both
     */
    byte[] join(byte[] record, byte[] other);

    /** Writes the rows that changed, and reads all rows anew from here on. */
    void flush();

    /**
     * Whether so much was computed in this transaction that it should end before others wait for the store. Nothing is
     * refused if it goes on.
     *
     * @return true if so
     */
    boolean isSpent();

    /** Reads identity keys anew from here on, since their rows were changed past this engine. */
    void forgetIdentities();
}
