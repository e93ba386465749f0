package dev.waxwing.internal.account;

import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of own pre-keys. A key is the id in eight digits, so that rows are in the order of ids.
 *
 * <p>One-time: private 32, public 32, and if the key is reserved for a peer one byte more, and since when in seconds,
 * 8. Signed: private 32, public 32, signature 64. Beside a signed key lies what was introduced with it and without a
 * one-time key, in one row for each identity: a row of hashes of base keys, 8 bytes each.
 */
public final class PreKeyTable {

    private static final int PAIR_BYTES = 2 * Curve25519.KEY_BYTES;

    private static final int RESERVED_BYTES = 1 + Long.BYTES;
    private static final int PAGE = 500;
    private static final int MOST_DELETED = 2_000;
    private static final String INTRODUCED = "introduced/";
    private static final int HASH_BYTES = 8;
    private static final int NAME_BYTES = 16;

    /** How often one identity may begin a session with one signed key and no one-time key. */
    private static final int MOST_INTRODUCTIONS = 256;

    private PreKeyTable() {}

    /**
     * Writes a one-time key.
     *
     * @param tx the transaction
     * @param key the key
     * @param reserved whether it is for one peer, and never offered to the server
     */
    public static void put(StoreTransaction tx, PreKey key, boolean reserved) {
        tx.put(StoreTable.PRE_KEYS, key(key.id()), bytes(key.keyPair(), reserved ? new byte[] {1} : new byte[0]));
    }

    /**
     * Reads a one-time key.
     *
     * @param tx the transaction
     * @param id its id
     * @return the key, null if there is none of that id
     */
    public static @Nullable PreKey get(StoreTransaction tx, int id) {
        byte[] row = tx.get(StoreTable.PRE_KEYS, key(id));
        return row == null ? null : new PreKey(id, pair(row, PAIR_BYTES, PAIR_BYTES + RESERVED_BYTES));
    }

    /**
     * Deletes a one-time key, for instance because a message has used it.
     *
     * @param tx the transaction
     * @param id its id
     */
    public static void delete(StoreTransaction tx, int id) {
        tx.delete(StoreTable.PRE_KEYS, key(id));
    }

    /** Writes a one-time key that is for one peer. */
    static void putReserved(StoreTransaction tx, PreKey key, Instant now) {
        byte[] rest = ByteBuffer.allocate(RESERVED_BYTES)
                .put((byte) 1)
                .putLong(now.getEpochSecond())
                .array();
        tx.put(StoreTable.PRE_KEYS, key(key.id()), bytes(key.keyPair(), rest));
    }

    /** Deletes the keys that were reserved before a time. */
    static void deleteReserved(StoreTransaction tx, Instant before) {
        String from = "";
        List<StoreEntry> page;
        do {
            page = tx.scan(StoreTable.PRE_KEYS, from, null, PAGE);
            for (StoreEntry entry : page) {
                byte[] row = entry.value();
                boolean isOld = row.length == PAIR_BYTES + RESERVED_BYTES
                        && ByteBuffer.wrap(row).getLong(PAIR_BYTES + 1) < before.getEpochSecond();
                if (isOld) {
                    tx.delete(StoreTable.PRE_KEYS, entry.key());
                }
                from = entry.key() + "0";
            }
        } while (page.size() == PAGE);
    }

    /** Deletes the one-time keys whose ids are lower, some of them if there are very many. */
    static void deleteBefore(StoreTransaction tx, int id) {
        if (id > 1) {
            tx.keys(StoreTable.PRE_KEYS, key(1), key(id), MOST_DELETED)
                    .forEach(row -> tx.delete(StoreTable.PRE_KEYS, row));
        }
    }

    /**
     * The keys with an id of {@code from} to {@code to - 1} that are not reserved, in the order in which they were
     * made: if {@code to} is the lower one, ids began anew between the two.
     */
    static List<PreKey> offered(StoreTransaction tx, int from, int to) {
        if (from > to) {
            List<PreKey> keys = new ArrayList<>(offered(tx, from, PreKey.MAX_ID + 1));
            keys.addAll(offered(tx, 1, to));
            return keys;
        }
        if (from == to) {
            return List.of();
        }
        List<PreKey> keys = new ArrayList<>();
        for (StoreEntry entry : tx.scan(StoreTable.PRE_KEYS, key(from), key(to), to - from)) {
            byte[] row = entry.value();
            if (row.length == PAIR_BYTES) {
                keys.add(new PreKey(Integer.parseInt(entry.key()), pair(row, PAIR_BYTES, PAIR_BYTES)));
            }
        }
        return keys;
    }

    static void putSigned(StoreTransaction tx, SignedPreKey key) {
        tx.put(StoreTable.SIGNED_PRE_KEYS, key(key.id()), bytes(key.keyPair(), key.signature()));
    }

    /**
     * Reads a signed key that is not the current one.
     *
     * @param tx the transaction
     * @param id its id
     * @return the key, null if there is none of that id
     */
    public static @Nullable SignedPreKey signed(StoreTransaction tx, int id) {
        byte[] row = tx.get(StoreTable.SIGNED_PRE_KEYS, key(id));
        if (row == null) {
            return null;
        }
        int length = PAIR_BYTES + Curve25519.SIGNATURE_BYTES;
        return new SignedPreKey(id, pair(row, length, length), Arrays.copyOfRange(row, PAIR_BYTES, length));
    }

    static void deleteSigned(StoreTransaction tx, int id) {
        tx.delete(StoreTable.SIGNED_PRE_KEYS, key(id));
        String prefix = INTRODUCED + key(id) + '/';
        List<String> rows;
        do {
            // Behind the slash comes hexadecimal.
            rows = tx.keys(StoreTable.SIGNED_PRE_KEYS, prefix, prefix + 'g', PAGE);
            rows.forEach(row -> tx.delete(StoreTable.SIGNED_PRE_KEYS, row));
        } while (rows.size() == PAGE);
    }

    /**
     * Whether a session may still be introduced without a one-time key. Whoever brings the same introduction again
     * brings an old message, since a one-time key that would be used up is what tells the two apart otherwise.
     *
     * @param tx the transaction
     * @param signedId the signed key that the introduction names
     * @param identityKey the identity key of the sender
     * @param baseKey its base key
     * @return false if it was introduced before, or if that identity has introduced too many
     */
    public static boolean mayIntroduce(StoreTransaction tx, int signedId, byte[] identityKey, byte[] baseKey) {
        if (signedId < 1 || signedId > PreKey.MAX_ID) {
            // There is no such key, as whoever reads the message will say.
            return true;
        }
        byte[] before = tx.get(StoreTable.SIGNED_PRE_KEYS, introducedKey(signedId, identityKey));
        if (before == null) {
            return true;
        }
        byte[] hash = hash(baseKey);
        for (int from = 0; from + HASH_BYTES <= before.length; from += HASH_BYTES) {
            if (Arrays.equals(before, from, from + HASH_BYTES, hash, 0, HASH_BYTES)) {
                return false;
            }
        }
        return before.length < MOST_INTRODUCTIONS * HASH_BYTES;
    }

    /**
     * Notes a session that was introduced without a one-time key.
     *
     * @param tx the transaction
     * @param signedId the signed key that the introduction names
     * @param identityKey the identity key of the sender
     * @param baseKey its base key
     */
    public static void introduced(StoreTransaction tx, int signedId, byte[] identityKey, byte[] baseKey) {
        String row = introducedKey(signedId, identityKey);
        byte[] before = tx.get(StoreTable.SIGNED_PRE_KEYS, row);
        byte[] hash = hash(baseKey);
        tx.put(StoreTable.SIGNED_PRE_KEYS, row, before == null ? hash : Bytes.concat(before, hash));
    }

    private static String introducedKey(int signedId, byte[] identityKey) {
        return INTRODUCED + key(signedId) + '/' + HexFormat.of().formatHex(Digests.sha256(identityKey), 0, NAME_BYTES);
    }

    private static byte[] hash(byte[] baseKey) {
        return Arrays.copyOf(Digests.sha256(baseKey), HASH_BYTES);
    }

    private static String key(int id) {
        String digits = Integer.toString(id);
        return "0".repeat(8 - digits.length()) + digits;
    }

    private static byte[] bytes(KeyPair pair, byte[] rest) {
        return Bytes.concat(pair.privateKey(), pair.publicKey(), rest);
    }

    private static KeyPair pair(byte[] row, int minLength, int maxLength) {
        if (row.length < minLength || row.length > maxLength) {
            throw new StoreFailedException("a stored pre-key has " + row.length + " bytes");
        }
        return new KeyPair(
                Arrays.copyOfRange(row, Curve25519.KEY_BYTES, PAIR_BYTES), Arrays.copyOf(row, Curve25519.KEY_BYTES));
    }
}
