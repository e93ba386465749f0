package dev.waxwing.internal.addon;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.waxwing.internal.crypto.Hkdf;
import dev.waxwing.model.Jid;

/** Keys from a message's secret. As all peers derive them (04, section 5). */
final class SecretKeys {

    /** Bytes of a message's secret, and of each key. */
    static final int BYTES = 32;

    private SecretKeys() {}

    /**
     * Derives a key.
     *
     * @param secret of the original message, {@link #BYTES}
     * @param originalId the id of the original message
     * @param original who wrote it
     * @param modifier who writes about it
     * @param label what the key is for
     * @return {@link #BYTES}
     */
    static byte[] derive(byte[] secret, String originalId, Jid original, Jid modifier, String label) {
        String info = originalId + original.person() + modifier.person() + label;
        return Hkdf.sha256(secret, null, info.getBytes(UTF_8), BYTES);
    }

    /**
     * What a bot is given in place of a message's secret, so that it learns nothing else that hangs on that; the keys of
     * its answers are derived from this, without a label.
     *
     * @param secret of the question, {@link #BYTES}
     * @return {@link #BYTES}
     */
    static byte[] forBots(byte[] secret) {
        return Hkdf.sha256(secret, null, "Bot Message".getBytes(UTF_8), BYTES);
    }
}
