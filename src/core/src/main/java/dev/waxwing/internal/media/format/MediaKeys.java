package dev.waxwing.internal.media.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.waxwing.internal.crypto.Hkdf;
import java.util.Arrays;

/** The keys of one file, from the key that its message carries (06, section 2). */
public final class MediaKeys {

    /** Length of the key in a message, in bytes. */
    public static final int MEDIA_KEY_BYTES = 32;

    private static final int IV_BYTES = 16;
    private static final int KEY_BYTES = 32;
    private static final int EXPANDED_BYTES = 112;

    private final byte[] expanded;

    private MediaKeys(byte[] expanded) {
        this.expanded = expanded;
    }

    /**
     * Derives the keys.
     *
     * @param mediaKey 32 bytes
     * @param info the type's words
     * @return the keys
     * @throws IllegalArgumentException if the key has another length
     */
    public static MediaKeys derive(byte[] mediaKey, String info) {
        if (mediaKey.length != MEDIA_KEY_BYTES) {
            throw new IllegalArgumentException(
                    "mediaKey must have " + MEDIA_KEY_BYTES + " bytes but has " + mediaKey.length);
        }
        return new MediaKeys(Hkdf.sha256(mediaKey, null, info.getBytes(UTF_8), EXPANDED_BYTES));
    }

    byte[] iv() {
        return Arrays.copyOf(expanded, IV_BYTES);
    }

    byte[] cipherKey() {
        return Arrays.copyOfRange(expanded, IV_BYTES, IV_BYTES + KEY_BYTES);
    }

    byte[] macKey() {
        return Arrays.copyOfRange(expanded, IV_BYTES + KEY_BYTES, IV_BYTES + 2 * KEY_BYTES);
    }

    /** Peers have no use for it. */
    byte[] refKey() {
        return Arrays.copyOfRange(expanded, IV_BYTES + 2 * KEY_BYTES, EXPANDED_BYTES);
    }

    /** Never shows the keys. */
    @Override
    public String toString() {
        return "MediaKeys[]";
    }
}
