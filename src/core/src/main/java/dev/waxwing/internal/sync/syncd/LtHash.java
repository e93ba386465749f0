package dev.waxwing.internal.sync.syncd;

import dev.waxwing.internal.crypto.Hkdf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A hash over the values of a collection that does not depend on their order, and that values can be taken out of:
 * each is expanded to 128 bytes, and these are added as 64 little-endian numbers of 16 bits. Cannot be changed.
 */
public final class LtHash {

    /** Its length in bytes. */
    public static final int BYTES = 128;

    /** The hash of no values. */
    public static final LtHash EMPTY = new LtHash(new byte[BYTES]);

    private static final byte[] INFO = "WhatsApp Patch Integrity".getBytes(StandardCharsets.US_ASCII);

    private final byte[] lanes;

    private LtHash(byte[] lanes) {
        this.lanes = lanes;
    }

    /**
     * Takes a hash that was stored.
     *
     * @param bytes 128 bytes, copied
     * @return the hash
     * @throws IllegalArgumentException if there are not that many
     */
    public static LtHash of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("bytes must be " + BYTES + " but are " + bytes.length);
        }
        return new LtHash(bytes.clone());
    }

    /**
     * With one value more.
     *
     * @param valueMac the MAC of the value
     * @return another hash
     */
    public LtHash plus(byte[] valueMac) {
        return mixed(valueMac, 1);
    }

    /**
     * With one value less.
     *
     * @param valueMac the MAC of the value
     * @return another hash
     */
    public LtHash minus(byte[] valueMac) {
        return mixed(valueMac, -1);
    }

    private LtHash mixed(byte[] valueMac, int sign) {
        byte[] item = Hkdf.sha256(valueMac, null, INFO, BYTES);
        byte[] sum = new byte[BYTES];
        for (int at = 0; at < BYTES; at += Short.BYTES) {
            int lane = lane(lanes, at) + sign * lane(item, at);
            sum[at] = (byte) lane;
            sum[at + 1] = (byte) (lane >>> Byte.SIZE);
        }
        return new LtHash(sum);
    }

    private static int lane(byte[] bytes, int at) {
        return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << Byte.SIZE;
    }

    /**
     * The hash.
     *
     * @return 128 bytes, a copy
     */
    public byte[] bytes() {
        return lanes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LtHash hash && Arrays.equals(lanes, hash.lanes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(lanes);
    }

    @Override
    public String toString() {
        return "LtHash[]";
    }
}
