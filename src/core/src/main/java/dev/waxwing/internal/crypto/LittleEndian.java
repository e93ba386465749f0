package dev.waxwing.internal.crypto;

import java.math.BigInteger;

/** Numbers with their least byte first, as the curve's standards write them. */
final class LittleEndian {

    private LittleEndian() {}

    /** Reads an unsigned number. */
    static BigInteger integer(byte[] bytes) {
        return new BigInteger(1, reversed(bytes));
    }

    /** Writes a number that is not negative and fits. */
    static byte[] bytes(BigInteger number, int length) {
        byte[] bigEndian = number.toByteArray();
        byte[] bytes = new byte[length];
        for (int i = 0; i < Math.min(length, bigEndian.length); i++) {
            bytes[i] = bigEndian[bigEndian.length - 1 - i];
        }
        return bytes;
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
