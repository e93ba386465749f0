package dev.waxwing.internal.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.waxwing.internal.area.MessageOrigin;
import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.internal.rows.StoredRow;
import dev.waxwing.model.Jid;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which messages were received lately, so that none is delivered twice. The ratchet recognises a ciphertext that comes
 * again; this recognises a message that comes again in another ciphertext: one popular client sends a message anew to
 * all devices, without saying so, when only one of them asked.
 *
 * <p>A row is a hash with the message's number, and with its secret if it has one. There is no second index by number, which would cost as much again for
 * each message. Instead a broom goes round: hashes lie evenly, so while some messages are added, that share of the rows
 * is looked at in which lie {@link #SWEPT_FOR_EACH} times as many, and those that are too old are removed. After 5,000
 * messages it has seen every row.
 */
public final class ReceivedIds {

    /** So many of the newest are remembered for certain, and at most a third more. */
    static final int REMEMBERED = 20_000;

    /** Bytes of a message's secret. */
    public static final int SECRET_BYTES = 32;

    private static final String BY_MESSAGE = "seen/";
    private static final int HASH_BYTES = 12;
    private static final int SWEPT_FOR_EACH = 4;
    private static final int MESSAGES_A_ROUND = REMEMBERED / SWEPT_FOR_EACH;

    /** More rows than lie in the share of some messages: only forged rows could lie so close. */
    private static final int MOST_IN_A_SHARE = 10_000;

    private ReceivedIds() {}

    /**
     * Notes a message.
     *
     * @param number counts the messages of the account, without gaps
     * @param id as the author wrote it
     * @param origin the chat and the author; the first form of each is written down
     * @param secret the message's own, {@link #SECRET_BYTES}; empty if it has none
     * @return false if it was seen before, and then nothing changes
     */
    static boolean add(StoreTransaction transaction, long number, String id, MessageOrigin origin, byte[] secret) {
        if (contains(transaction, id, origin)) {
            return false;
        }
        byte[] row = Arrays.copyOf(BigEndian.encode(number, Long.BYTES), Long.BYTES + secret.length);
        System.arraycopy(secret, 0, row, Long.BYTES, secret.length);
        transaction.put(StoreTable.INBOX, keys(id, origin).findFirst().orElseThrow(), row);
        return true;
    }

    /**
     * The secret of a message that was received lately, by which messages about it are opened. It lies in the row that
     * is written anyway, so that it costs no further one.
     *
     * @param transaction the open transaction
     * @param id as the author wrote it
     * @param origin the chat and the author
     * @return {@link #SECRET_BYTES}; empty if the message is not known, or has none
     */
    public static Optional<byte[]> secretOf(StoreTransaction transaction, String id, MessageOrigin origin) {
        return keys(id, origin)
                .map(key -> transaction.get(StoreTable.INBOX, key))
                .filter(row -> row != null && row.length == Long.BYTES + SECRET_BYTES)
                .map(row -> Arrays.copyOfRange(row, Long.BYTES, row.length))
                .findFirst();
    }

    /**
     * Whether a message was received lately.
     *
     * @param transaction the open transaction
     * @param id as the author wrote it
     * @param origin the chat and the author
     * @return true if so
     */
    public static boolean contains(StoreTransaction transaction, String id, MessageOrigin origin) {
        return keys(id, origin).anyMatch(key -> StoredRow.exists(transaction, StoreTable.INBOX, key));
    }

    /** Where a message may be noted; first where it will be. In a person's chat one form stands for chat and author. */
    private static Stream<String> keys(String id, MessageOrigin origin) {
        if (origin.isDirect()) {
            return Stream.concat(origin.author().stream(), origin.chat().stream())
                    .distinct()
                    .map(person -> key(id, person, person));
        }
        return origin.chat().stream().flatMap(chat -> origin.author().stream().map(author -> key(id, chat, author)));
    }

    /**
     * Forgets old messages; call once after some were added.
     *
     * @param before the last number before they were
     * @param now the last number of them
     */
    static void sweep(StoreTransaction transaction, long before, long now) {
        if (now < REMEMBERED) {
            return;
        }
        for (long from = before + 1; from <= now; ) {
            // At most to the end of a round.
            long place = from % MESSAGES_A_ROUND;
            long share = Math.min(now - from + 1, MESSAGES_A_ROUND - place);
            sweepRange(transaction, bound(place), bound(place + share), now - REMEMBERED);
            from += share;
        }
    }

    private static void sweepRange(StoreTransaction transaction, String from, String to, long oldest) {
        for (StoredRow row : StoredRow.scan(transaction, StoreTable.INBOX, from, to, MOST_IN_A_SHARE)) {
            if (row.isDamaged() || isOld(row.value(), oldest)) {
                transaction.delete(StoreTable.INBOX, row.key());
            }
        }
    }

    private static boolean isOld(byte[] number, long oldest) {
        boolean fits = number.length == Long.BYTES || number.length == Long.BYTES + SECRET_BYTES;
        return !fits || BigEndian.decode(Arrays.copyOf(number, Long.BYTES)) <= oldest;
    }

    /** The key at which the broom stands before the message of this place in a round. */
    private static String bound(long place) {
        if (place == MESSAGES_A_ROUND) {
            // Behind every hexadecimal digit.
            return BY_MESSAGE + 'g';
        }
        return BY_MESSAGE + HexFormat.of().toHexDigits(place * (1L << 32) / MESSAGES_A_ROUND, 8);
    }

    /** A hash, for an id may hold anything, at any length. */
    private static String key(String id, Jid chat, Jid author) {
        byte[] hash = Digests.sha256((chat + "/" + author + "/" + id).getBytes(UTF_8));
        return BY_MESSAGE + HexFormat.of().formatHex(Arrays.copyOf(hash, HASH_BYTES));
    }
}
