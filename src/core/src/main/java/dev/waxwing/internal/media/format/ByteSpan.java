package dev.waxwing.internal.media.format;

import dev.waxwing.internal.crypto.CbcStream;
import java.util.Arrays;

/**
 * A part of a file, and what has to be fetched of the encrypted form to read it: whole blocks, and the block before
 * them, which is their IV. The MAC is over the whole file, so it cannot be checked (06, section 3).
 *
 * @param from the first byte of the part
 * @param to the byte after its last
 */
public record ByteSpan(long from, long to) {

    /**
     * Checks that there is a part.
     *
     * @param from the first byte of the part
     * @param to the byte after its last
     * @throws IllegalArgumentException if there is none
     */
    public ByteSpan {
        if (from < 0 || to <= from) {
            throw new IllegalArgumentException("range must be 0 <= from < to but was " + from + ", " + to);
        }
    }

    /**
     * Where the needed ciphertext begins.
     *
     * @return the first byte
     */
    public long encryptedFrom() {
        long block = from / MediaFormat.BLOCK_BYTES * MediaFormat.BLOCK_BYTES;
        return Math.max(0, block - MediaFormat.BLOCK_BYTES);
    }

    /**
     * Whether the first fetched block is only the IV of the second.
     *
     * @return false if the part begins in the first block
     */
    public boolean isFirstBlockIv() {
        return from >= MediaFormat.BLOCK_BYTES;
    }

    /**
     * Where the needed ciphertext ends, if the file is long enough.
     *
     * @return the byte after the last
     */
    public long encryptedTo() {
        return (to + MediaFormat.BLOCK_BYTES - 1) / MediaFormat.BLOCK_BYTES * MediaFormat.BLOCK_BYTES;
    }

    /**
     * Decrypts the part.
     *
     * @param keys the file's keys
     * @param fetched the ciphertext from {@link #encryptedFrom} on, whole blocks; may end before {@link #encryptedTo}
     *     if the file does
     * @param plainLength length of the whole file, beyond which there is only padding
     * @return the part, shorter if the file ends within it
     */
    public byte[] decrypt(MediaKeys keys, byte[] fetched, long plainLength) {
        int lead = isFirstBlockIv() ? MediaFormat.BLOCK_BYTES : 0;
        byte[] iv = lead == 0 ? keys.iv() : Arrays.copyOf(fetched, lead);
        int blocks = Math.max(0, fetched.length - lead) / MediaFormat.BLOCK_BYTES * MediaFormat.BLOCK_BYTES;
        byte[] plain = new byte[blocks + CbcStream.MOST_EXTRA_BYTES];
        CbcStream cipher = CbcStream.decryptingBlocks(keys.cipherKey(), iv);
        int count = cipher.update(fetched, lead, blocks, plain);
        int skip = (int) (from % MediaFormat.BLOCK_BYTES);
        long end = Math.min(to, plainLength) - from + skip;
        return Arrays.copyOfRange(plain, skip, (int) Math.max(skip, Math.min(count, end)));
    }
}
