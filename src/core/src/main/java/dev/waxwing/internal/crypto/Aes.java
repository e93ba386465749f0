package dev.waxwing.internal.crypto;

import java.util.Objects;

/** What the three AES modes share: the check of fixed lengths. */
final class Aes {

    private Aes() {}

    static void requireLength(byte[] bytes, int length, String name) {
        Objects.requireNonNull(bytes, name);
        if (bytes.length != length) {
            throw new IllegalArgumentException(name + " must be " + length + " bytes but was " + bytes.length);
        }
    }
}
