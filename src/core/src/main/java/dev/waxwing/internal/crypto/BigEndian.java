package dev.waxwing.internal.crypto;

/** Unsigned big-endian integers of one to eight bytes, as key ids and registration ids travel. */
public final class BigEndian {

    private BigEndian() {}

    /**
     * Writes a number.
     *
     * @param value zero or more, below 2^(8 * length)
     * @param length bytes, 1 to 8
     * @return {@code length} bytes, most significant first
     * @throws IllegalArgumentException if the value is negative or does not fit, or the length is out of range
     */
    public static byte[] encode(long value, int length) {
        if (length < 1 || length > Long.BYTES) {
            throw new IllegalArgumentException("length must be 1 to 8 but was " + length);
        }
        if (value < 0 || (length < Long.BYTES && value >>> (length * Byte.SIZE) != 0)) {
            throw new IllegalArgumentException("value must be 0 or more and fit " + length + " bytes but was " + value);
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (value >>> ((length - 1 - i) * Byte.SIZE));
        }
        return bytes;
    }

    /**
     * Reads a number.
     *
     * @param bytes 1 to 8 bytes, most significant first
     * @return the number; negative only for eight bytes with the top bit set
     * @throws IllegalArgumentException if the array is empty or longer than eight bytes
     */
    public static long decode(byte[] bytes) {
        if (bytes.length < 1 || bytes.length > Long.BYTES) {
            throw new IllegalArgumentException("bytes must hold 1 to 8 bytes but held " + bytes.length);
        }
        long value = 0;
        for (byte b : bytes) {
            value = value << Byte.SIZE | (b & 0xff);
        }
        return value;
    }
}
