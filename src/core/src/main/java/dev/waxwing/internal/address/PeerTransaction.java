package dev.waxwing.internal.address;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.internal.signal.Ciphertext;
import dev.waxwing.internal.signal.SenderKeys;
import dev.waxwing.internal.signal.SignalAddress;
import dev.waxwing.internal.signal.SignalTransaction;
import dev.waxwing.model.Jid;
import dev.waxwing.store.StoreTransaction;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link SignalTransaction} on devices in whichever form a stanza names them; see {@link LidMappings#inTransaction}. What it says of an
 * address holds until the transaction ends: nobody can learn another counterpart meanwhile. Not thread-safe, and dead once the transaction
 * ended.
 */
public final class PeerTransaction {

    private static final Logger LOG = LoggerFactory.getLogger(PeerTransaction.class);

    private final LidMappings lids;
    private final SignalTransaction signal;
    private final Map<Jid, Jid> filed;
    private final Set<String> lockedNames;

    /**
     * @param filed where the state of each of the transaction's devices is filed
     * @param lockedNames the names whose locks are held
     */
    PeerTransaction(LidMappings lids, SignalTransaction signal, Map<Jid, Jid> filed, Set<String> lockedNames) {
        this.lids = lids;
        this.signal = signal;
        this.filed = filed;
        this.lockedNames = lockedNames;
    }

    /**
     * The ratchets, for devices by their {@link #canonical} address.
     *
     * @return the transaction beneath
     */
    public SignalTransaction signal() {
        return signal;
    }

    /**
     * The transaction of the store beneath.
     *
     * @return the transaction
     */
    public StoreTransaction store() {
        return signal.store();
    }

    /**
     * The address under which a person's Signal state is filed at this moment.
     *
     * @param jid any address
     * @return the LID where it is known, otherwise the address as given; with its device
     */
    public Jid canonical(Jid jid) {
        Jid known = filed.get(jid);
        return known == null ? lids.canonical(jid, store()) : known;
    }

    /**
     * Decrypts one message of a device, as {@link SignalTransaction#decrypt} does. If that fails and there is still something under the
     * person's phone number, which is where the session may be that the message belongs to, it moves to the LID and the message is tried
     * once more.
     *
     * @param device one of the transaction's devices, in the form given there
     * @param ciphertext the message as received
     * @return the padded message
     * @throws DecryptionFailedException with the reason, if it cannot be decrypted
     */
    public byte[] decrypt(Jid device, Ciphertext ciphertext) {
        Jid address = canonical(device);
        return orAfterMoving(
                address, () -> signal.decrypt(address, ciphertext), phone -> signal.migrate(phone, address));
    }

    /**
     * Decrypts one message of a device to a group, as {@link SenderKeys#decrypt} does, with the second attempt of {@link #decrypt}.
     *
     * @param group the group, or the status
     * @param device one of the transaction's devices, in the form given there
     * @param message the {@code skmsg} as received
     * @return the padded message
     * @throws DecryptionFailedException with the reason, if it cannot be decrypted
     */
    public byte[] decryptForGroup(Jid group, Jid device, byte[] message) {
        Jid address = canonical(device);
        SenderKeys keys = SenderKeys.in(store());
        return orAfterMoving(
                address, () -> keys.decrypt(group, address, message), phone -> keys.migrate(phone, address));
    }

    private byte[] orAfterMoving(Jid address, Supplier<byte[]> attempt, Predicate<Jid> move) {
        try {
            return attempt.get();
        } catch (DecryptionFailedException e) {
            if (e.reason() == DecryptionFailedException.Reason.DUPLICATE
                    || !address.isLid()
                    || LidMappings.counterpartNow(address, store())
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
