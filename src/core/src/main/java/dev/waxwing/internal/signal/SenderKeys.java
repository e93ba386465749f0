package dev.waxwing.internal.signal;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.AesCbc;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.crypto.RandomBytes;
import dev.waxwing.internal.signal.SenderKeyState.MessageKey;
import dev.waxwing.model.Jid;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The keys of group messages, and of status posts, within one transaction of the store: each device that sends to a
 * group hands the others a chain of message keys and a signing key, and from then on encrypts once for all.
 *
 * <p>The format is the service's own older one with a number for the key, which libsignal does not write; hence this
 * engine. Senders are given by the address their sessions are filed under. As transactions of a store run one after the
 * other, no number is used twice; it is safe to let a ciphertext leave once the transaction has committed. A method
 * that fails changes nothing. Not thread-safe.
 */
public final class SenderKeys {

    private static final String OWN = "own/";
    private static final int PAGE = 200;
    private static final int MAX_GROUP_CHARS = 200;

    /** How many steps on chains one transaction may take before others get their turn. */
    private static final int MOST_STEPS = 10_000;

    private final StoreTransaction tx;
    private final SkippedSeeds seeds;
    private long steps;

    private record Row(String key, SenderKeyRecord record) {}

    private record Match(Row row, SenderKeyState state) {}

    private SenderKeys(StoreTransaction tx) {
        this.tx = requireNonNull(tx, "tx");
        this.seeds = new SkippedSeeds(tx);
    }

    /**
     * Opens the view over a transaction.
     *
     * @param tx the transaction, for instance {@link SignalTransaction#store}
     * @return the sender keys, as long as the transaction lasts
     */
    public static SenderKeys in(StoreTransaction tx) {
        return new SenderKeys(tx);
    }

    /**
     * What to hand to the devices that shall read this account's messages from now on, pairwise encrypted. Made before
     * {@link #encrypt}, it covers that message too; messages before it stay closed to whoever gets it. Makes a key if
     * there is none.
     *
     * @param group the group, or the status
     * @return the bytes of a {@code SenderKeyDistributionMessage}, version byte first
     */
    public byte[] distributionMessage(Jid group) {
        SenderKeyState own = own(group);
        if (own == null) {
            KeyPair signing = Curve25519.generate();
            own = new SenderKeyState(
                    RandomBytes.nextInt(Integer.MAX_VALUE),
                    0,
                    RandomBytes.next(Curve25519.KEY_BYTES),
                    signing.publicKey(),
                    signing.privateKey());
            putOwn(group, own);
        }
        return SenderKeyMessages.distribution(own);
    }

    /**
     * Encrypts one message for the group.
     *
     * @param group the group, or the status
     * @param plaintext the padded message
     * @return the bytes of an {@code skmsg}
     * @throws IllegalStateException if {@link #distributionMessage} never made a key, for then nobody could read it
     */
    public byte[] encrypt(Jid group, byte[] plaintext) {
        SenderKeyState own = own(group);
        if (own == null) {
            throw new IllegalStateException("no sender key for " + group + ": distribute one first");
        }
        int iteration = own.iteration();
        MessageKey key = own.next();
        byte[] ciphertext = AesCbc.encrypt(key.cipherKey(), key.iv(), plaintext);
        putOwn(group, own);
        return SenderKeyMessages.seal(own, iteration, ciphertext);
    }

    /**
     * How many messages the own key has encrypted.
     *
     * @param group the group, or the status
     * @return the number, or empty if there is no key
     */
    public OptionalInt ownIteration(Jid group) {
        SenderKeyState own = own(group);
        return own == null ? OptionalInt.empty() : OptionalInt.of(own.iteration());
    }

    /**
     * Drops the own key, so that the next {@link #distributionMessage} makes another: whoever left reads nothing from
     * then on.
     *
     * @param group the group, or the status
     */
    public void rotate(Jid group) {
        tx.delete(StoreTable.SENDER_KEYS, OWN + requireGroup(group));
    }

    /**
     * Takes the key a device handed out. A repeat of a known one changes nothing.
     *
     * @param group the group, or the status
     * @param sender the device it came from
     * @param distribution the {@code axolotlSenderKeyDistributionMessage}, with or without its version byte
     * @throws ProtocolViolationException if the bytes are not one
     */
    public void process(Jid group, Jid sender, byte[] distribution) {
        SenderKeyState state = SenderKeyMessages.parseDistribution(distribution);
        String key = key(group, sender);
        byte[] stored = tx.get(StoreTable.SENDER_KEYS, key);
        SenderKeyRecord record = stored == null ? new SenderKeyRecord() : SenderKeyRecord.decode(stored);
        seeds.drop(key, record.add(state));
        tx.put(StoreTable.SENDER_KEYS, key, record.encode());
    }

    /**
     * Decrypts one group message. If the sending device never handed out the key the message names, the other devices
     * of its user are tried, for a key may arrive under another form of the address than the message; the signature
     * decides.
     *
     * @param group the group, or the status
     * @param sender the device it came from
     * @param message the {@code skmsg} as received
     * @return the padded message
     * @throws DecryptionFailedException {@code NO_SESSION} if the key is not known, {@code INVALID_SIGNATURE},
     *     {@code DUPLICATE} if the message was read before or is older than the key, {@code FUTURE_MESSAGE}, or
     *     {@code INVALID_MESSAGE}
     */
    public byte[] decrypt(Jid group, Jid sender, byte[] message) {
        SenderKeyMessages.Sealed sealed = SenderKeyMessages.parse(message);
        Match match = find(group, sender, sealed);
        SenderKeyState state = match.state();
        int iteration = sealed.iteration();
        long distance = state.distance(iteration);
        if (distance > SenderKeyState.MAX_JUMP) {
            throw failure(Reason.FUTURE_MESSAGE, "group message lies " + distance + " messages ahead");
        }
        steps += Math.max(0, distance);
        String row = match.row().key();
        MessageKey key = distance < 0 ? state.takeSkipped(iteration) : state.advanceTo(iteration);
        SkippedSeeds.Filed filed = key == null ? seeds.find(row, state, iteration) : null;
        if (filed != null) {
            key = filed.key();
        }
        if (key == null) {
            throw failure(
                    Reason.DUPLICATE, "group message " + Integer.toUnsignedString(iteration) + " was read before");
        }
        byte[] plaintext;
        try {
            plaintext = AesCbc.decrypt(key.cipherKey(), key.iv(), sealed.ciphertext());
        } catch (ProtocolViolationException e) {
            throw new DecryptionFailedException(Reason.INVALID_MESSAGE, "group message does not open", e);
        }
        if (filed != null) {
            seeds.remove(filed);
        }
        seeds.file(row, state);
        tx.put(StoreTable.SENDER_KEYS, row, match.row().record().encode());
        return plaintext;
    }

    /**
     * Whether chains were stepped so far in this transaction that it should end before others wait for the store.
     * Nothing is refused if it goes on.
     *
     * @return true if so
     */
    public boolean isSpent() {
        return steps > MOST_STEPS;
    }

    /**
     * Moves the keys a user handed out from phone number to LID, for all devices and groups. What is filed under the
     * LID already stays, and keys of other ids come behind it.
     *
     * @param fromPhone the phone-number JID, with or without a device
     * @param toLid the LID, with or without a device
     * @return true if anything was moved or dropped
     */
    public boolean migrate(Jid fromPhone, Jid toLid) {
        String from = SignalAddress.nameOf(fromPhone) + '.';
        String to = SignalAddress.nameOf(toLid) + '.';
        boolean any = false;
        List<StoreEntry> page = tx.scanPrefix(StoreTable.SENDER_KEYS, from, PAGE);
        while (!page.isEmpty()) {
            for (StoreEntry entry : page) {
                String target = to + entry.key().substring(from.length());
                SenderKeyRecord moved = SenderKeyRecord.decode(entry.value());
                byte[] there = tx.get(StoreTable.SENDER_KEYS, target);
                SenderKeyRecord both = there == null ? new SenderKeyRecord() : SenderKeyRecord.decode(there);
                seeds.move(entry.key(), target, both.addBehind(moved));
                seeds.drop(entry.key(), moved.states());
                tx.put(StoreTable.SENDER_KEYS, target, both.encode());
                tx.delete(StoreTable.SENDER_KEYS, entry.key());
                any = true;
            }
            page = tx.scanPrefix(StoreTable.SENDER_KEYS, from, PAGE);
        }
        return any;
    }

    /**
     * Forgets the keys by which a person encrypts for groups.
     *
     * @param sender the person; a device is ignored
     */
    public void delete(Jid sender) {
        String prefix = SignalAddress.nameOf(sender) + '.';
        List<StoreEntry> page = tx.scanPrefix(StoreTable.SENDER_KEYS, prefix, PAGE);
        while (!page.isEmpty()) {
            page.forEach(entry -> tx.delete(StoreTable.SENDER_KEYS, entry.key()));
            page = tx.scanPrefix(StoreTable.SENDER_KEYS, prefix, PAGE);
        }
        seeds.deleteAll(prefix);
    }

    private Match find(Jid group, Jid sender, SenderKeyMessages.Sealed sealed) {
        String key = key(group, sender);
        byte[] stored = tx.get(StoreTable.SENDER_KEYS, key);
        if (stored != null) {
            Row row = new Row(key, SenderKeyRecord.decode(stored));
            List<SenderKeyState> candidates = row.record().withId(sealed.id());
            for (SenderKeyState state : candidates) {
                if (sealed.isSignedBy(state.signingKey())) {
                    return new Match(row, state);
                }
            }
            if (!candidates.isEmpty()) {
                throw failure(Reason.INVALID_SIGNATURE, "group message of " + sender + " is not signed by its key");
            }
        }
        Match other = findAmongOtherDevices(group, sender, sealed);
        if (other == null) {
            throw failure(Reason.NO_SESSION, "no sender key of " + sender + " in " + group);
        }
        return other;
    }

    private @Nullable Match findAmongOtherDevices(Jid group, Jid sender, SenderKeyMessages.Sealed sealed) {
        String prefix = SignalAddress.nameOf(sender) + '.';
        String suffix = '/' + requireGroup(group);
        String from = prefix;
        // Behind '9' comes ':', so this ends the range of all keys whose next character is a digit.
        String end = prefix + ':';
        List<StoreEntry> page;
        do {
            page = tx.scan(StoreTable.SENDER_KEYS, from, end, PAGE);
            for (StoreEntry entry : page) {
                from = entry.key() + ' ';
                if (!entry.key().endsWith(suffix)) {
                    continue;
                }
                Row row = new Row(entry.key(), SenderKeyRecord.decode(entry.value()));
                for (SenderKeyState state : row.record().withId(sealed.id())) {
                    if (sealed.isSignedBy(state.signingKey())) {
                        return new Match(row, state);
                    }
                }
            }
        } while (page.size() == PAGE);
        return null;
    }

    private @Nullable SenderKeyState own(Jid group) {
        byte[] stored = tx.get(StoreTable.SENDER_KEYS, OWN + requireGroup(group));
        return stored == null ? null : SenderKeyRecord.decode(stored).newest();
    }

    private void putOwn(Jid group, SenderKeyState own) {
        tx.put(
                StoreTable.SENDER_KEYS,
                OWN + requireGroup(group),
                SenderKeyRecord.of(own).encode());
    }

    /** The user first, so that what one user handed out can be moved when the form of the address changes. */
    private static String key(Jid group, Jid sender) {
        return SignalAddress.of(sender).key() + '/' + requireGroup(group);
    }

    private static String requireGroup(Jid group) {
        if (!group.isGroup() && !group.isBroadcast()) {
            throw new IllegalArgumentException("group must be a group or a broadcast but was " + group);
        }
        String text = group.toString();
        if (text.length() > MAX_GROUP_CHARS || !text.chars().allMatch(c -> c > ' ' && c <= '~')) {
            throw new IllegalArgumentException(
                    "group must be at most " + MAX_GROUP_CHARS + " printable characters but was '" + text + "'");
        }
        return text;
    }

    private static DecryptionFailedException failure(Reason reason, String message) {
        return new DecryptionFailedException(reason, message, null);
    }
}
