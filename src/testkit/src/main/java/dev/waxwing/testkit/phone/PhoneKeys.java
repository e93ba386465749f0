package dev.waxwing.testkit.phone;

import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.Hkdf;
import dev.waxwing.internal.crypto.KeyPair;
import java.nio.charset.StandardCharsets;

/**
 * The one-time keys of the simulated phones. Each follows from the account key and its id, so that there is nothing to
 * keep.
 */
public final class PhoneKeys {

    private static final int ID_BYTES = 3;
    private static final byte[] LABEL = "loopback phone pre-key ".getBytes(StandardCharsets.UTF_8);

    private PhoneKeys() {}

    /**
     * Makes a key.
     *
     * @param accountPrivate the account's private key
     * @param id 1 to 2^24 - 1
     * @return the same pair each time
     */
    public static KeyPair oneTime(byte[] accountPrivate, int id) {
        return Curve25519.fromPrivate(Hkdf.sha256(
                accountPrivate,
                new byte[0],
                Bytes.concat(LABEL, BigEndian.encode(id, ID_BYTES)),
                Curve25519.KEY_BYTES));
    }
}
