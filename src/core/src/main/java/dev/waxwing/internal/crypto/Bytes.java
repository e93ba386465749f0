package dev.waxwing.internal.crypto;

import java.util.Objects;

/** Joining byte arrays, as signed and hashed messages are built from parts. */
public final class Bytes {

    private Bytes() {}

    /**
     * Joins arrays in order.
     *
     * @param parts the arrays; none gives an empty array
     * @return a new array with the bytes of all parts
     */
    public static byte[] concat(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length = Math.addExact(length, Objects.requireNonNull(part, "part").length);
        }
        byte[] joined = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }
}
