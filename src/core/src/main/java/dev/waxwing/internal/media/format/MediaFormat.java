package dev.waxwing.internal.media.format;

/** The shape of an encrypted file (06, section 3): AES-256-CBC, then the first bytes of an HMAC over IV and ciphertext. */
public final class MediaFormat {

    /** How much of the HMAC ends a file. */
    public static final int MAC_BYTES = 10;

    /** Length of a block, in bytes. */
    static final int BLOCK_BYTES = 16;

    /** How much is encrypted or decrypted in one step; small enough that other work gets its turn. */
    public static final int PIECE_BYTES = 256 * 1024;

    private MediaFormat() {}

    /**
     * How long the encrypted form of a file is.
     *
     * @param plainLength length of the file, in bytes
     * @return length of the encrypted form with its MAC, in bytes
     */
    public static long encryptedLength(long plainLength) {
        return (plainLength / BLOCK_BYTES + 1) * BLOCK_BYTES + MAC_BYTES;
    }
}
