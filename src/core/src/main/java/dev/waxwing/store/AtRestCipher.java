package dev.waxwing.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.StoreEntryDamagedException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.crypto.AesGcm;
import dev.waxwing.internal.crypto.Hkdf;
import dev.waxwing.internal.crypto.RandomBytes;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts the secret values of one account.
 *
 * <p>A value is kept as a version byte, a random nonce and the AES-256-GCM ciphertext, bound to its place by the
 * additional data {@code account 0 table 0 key}: moved elsewhere it does not open. The cipher's key is derived from the
 * application's and a random salt, so that accounts which share an application key do not share the bound of 2^32
 * random nonces. An entry of a table of its own, which no {@link StoreTable} can be named like, keeps the salt and
 * something to try the key on.
 */
final class AtRestCipher {

    private static final String MARKER_TABLE = ".at_rest";
    private static final String MARKER_KEY = "aes-256-gcm";
    private static final byte[] CHECK = "waxwing".getBytes(US_ASCII);
    private static final byte[] INFO = "waxwing store at rest".getBytes(US_ASCII);
    private static final byte VERSION = 1;
    private static final int SALT_BYTES = 32;

    private final String account;
    private final byte[] key;

    private AtRestCipher(String account, byte[] key) {
        this.account = account;
        this.key = key;
    }

    static byte[] requireKey(byte[] key) {
        requireNonNull(key, "key");
        if (key.length != AesGcm.KEY_BYTES) {
            throw new IllegalArgumentException("key must have " + AesGcm.KEY_BYTES + " bytes but had " + key.length);
        }
        return key.clone();
    }

    /**
     * The cipher of an account that was opened with a key, or null for one without. Notes the key of an account that is
     * new.
     *
     * @throws StoreFailedException if the account was written with another key, or with one and there is none, or the
     *     other way round
     */
    static @Nullable AtRestCipher of(String account, byte @Nullable [] applicationKey, EntryStatements entries)
            throws SQLException {
        byte[] marker = entries.get(account, MARKER_TABLE, MARKER_KEY);
        if (applicationKey == null) {
            if (marker != null) {
                throw new StoreFailedException(
                        "account " + account + " is encrypted at rest: open it with its encryption key");
            }
            return null;
        }
        if (marker != null) {
            return proven(account, applicationKey, marker);
        }
        if (!entries.isEmpty(account)) {
            throw new StoreFailedException("account " + account
                    + " was written without encryption, and what is on disk cannot be taken back: copy it into a new"
                    + " account that is opened with the key");
        }
        byte[] salt = RandomBytes.next(SALT_BYTES);
        AtRestCipher cipher = new AtRestCipher(account, derive(applicationKey, salt));
        byte[] check = cipher.seal(MARKER_TABLE, MARKER_KEY, CHECK);
        entries.put(
                account,
                MARKER_TABLE,
                MARKER_KEY,
                ByteBuffer.allocate(SALT_BYTES + check.length)
                        .put(salt)
                        .put(check)
                        .array());
        return cipher;
    }

    private static AtRestCipher proven(String account, byte[] applicationKey, byte[] marker) {
        if (marker.length <= SALT_BYTES) {
            throw new StoreFailedException("account " + account + " is damaged: its encryption marker is cut short");
        }
        AtRestCipher cipher = new AtRestCipher(account, derive(applicationKey, Arrays.copyOf(marker, SALT_BYTES)));
        byte[] check = Arrays.copyOfRange(marker, SALT_BYTES, marker.length);
        if (check[0] != VERSION) {
            throw new StoreFailedException("account " + account + " was encrypted by a newer Waxwing (form " + check[0]
                    + ", this one knows " + VERSION + "): update the library");
        }
        try {
            cipher.unseal(MARKER_TABLE, MARKER_KEY, check);
        } catch (ProtocolViolationException e) {
            throw new StoreFailedException("the encryption key is not the one of account " + account, e);
        }
        return cipher;
    }

    /** Whether the table of that name is not the account's but the cipher's own. */
    static boolean isMarker(String tableName) {
        return MARKER_TABLE.equals(tableName);
    }

    private static byte[] derive(byte[] applicationKey, byte[] salt) {
        return Hkdf.sha256(applicationKey, salt, INFO, AesGcm.KEY_BYTES);
    }

    byte[] seal(StoreTable table, String entryKey, byte[] value) {
        return seal(table.wireName(), entryKey, value);
    }

    /**
     * @throws StoreEntryDamagedException if the value was not sealed for this place with this key
     */
    byte[] open(StoreTable table, String entryKey, byte[] stored) {
        try {
            return unseal(table.wireName(), entryKey, stored);
        } catch (ProtocolViolationException e) {
            throw new StoreEntryDamagedException(
                    "a value of table " + table.wireName() + " of account " + account
                            + " does not decrypt: it is damaged, or was put there by something else",
                    e);
        }
    }

    private byte[] seal(String table, String entryKey, byte[] value) {
        byte[] nonce = RandomBytes.next(AesGcm.NONCE_BYTES);
        byte[] sealed = AesGcm.seal(key, nonce, place(table, entryKey), value);
        return ByteBuffer.allocate(1 + nonce.length + sealed.length)
                .put(VERSION)
                .put(nonce)
                .put(sealed)
                .array();
    }

    private byte[] unseal(String table, String entryKey, byte[] stored) {
        int start = 1 + AesGcm.NONCE_BYTES;
        if (stored.length < start || stored[0] != VERSION) {
            throw new ProtocolViolationException("no sealed value of form " + VERSION);
        }
        byte[] nonce = Arrays.copyOfRange(stored, 1, start);
        return AesGcm.open(key, nonce, place(table, entryKey), Arrays.copyOfRange(stored, start, stored.length));
    }

    /** Unambiguous, since none of the three holds a zero. */
    private byte[] place(String table, String entryKey) {
        return (account + '\0' + table + '\0' + entryKey).getBytes(US_ASCII);
    }
}
