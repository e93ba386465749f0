package dev.waxwing.internal.crypto;

import java.security.MessageDigest;

/** Comparison of secrets and authenticators whose time does not depend on where they differ. */
public final class ConstantTime {

    private ConstantTime() {}

    /**
     * Compares two arrays.
     *
     * @param expected one array
     * @param actual the other array
     * @return true if both have the same length and bytes
     */
    public static boolean equal(byte[] expected, byte[] actual) {
        return MessageDigest.isEqual(expected, actual);
    }
}
