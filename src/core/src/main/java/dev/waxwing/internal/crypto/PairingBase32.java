package dev.waxwing.internal.crypto;

/**
 * The base 32 of the pairing code: five bits a letter, in an alphabet without {@code 0}, {@code I}, {@code O} and
 * {@code U} (observed, {@code crypto.json}).
 */
public final class PairingBase32 {

    /** The 32 letters, in the order of their values. */
    public static final String ALPHABET = "123456789ABCDEFGHJKLMNPQRSTVWXYZ";

    private static final int BITS = 5;

    private PairingBase32() {}

    /**
     * Encodes bytes.
     *
     * @param bytes a multiple of five bytes, so that no padding is needed; five give the eight letters of a pairing
     *     code
     * @return eight letters for every five bytes
     * @throws IllegalArgumentException if the length is not a multiple of five
     */
    public static String encode(byte[] bytes) {
        if (bytes.length % BITS != 0) {
            throw new IllegalArgumentException("bytes must be a multiple of 5 long but was " + bytes.length);
        }
        StringBuilder text = new StringBuilder(bytes.length / BITS * Byte.SIZE);
        int bits = 0;
        int held = 0;
        for (byte b : bytes) {
            held = held << Byte.SIZE | (b & 0xff);
            bits += Byte.SIZE;
            while (bits >= BITS) {
                bits -= BITS;
                text.append(ALPHABET.charAt(held >>> bits & 0x1f));
            }
            held &= (1 << bits) - 1;
        }
        return text.toString();
    }

    /**
     * Whether a text has nothing but letters of the alphabet.
     *
     * @param text any text
     * @return true if so, also for the empty text
     */
    public static boolean isEncoded(String text) {
        return text.chars().allMatch(letter -> ALPHABET.indexOf(letter) >= 0);
    }
}
