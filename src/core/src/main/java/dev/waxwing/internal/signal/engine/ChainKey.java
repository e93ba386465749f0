package dev.waxwing.internal.signal.engine;

import com.google.protobuf.ByteString;
import dev.waxwing.internal.crypto.Hkdf;
import dev.waxwing.internal.crypto.Hmac;
import dev.waxwing.proto.session.SessionChainKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A place on the hash chain of a session: gives the keys of one message, and the place after it. The constants are
 * those of libsignal and libsignal-node; the steps those of the Double Ratchet specification, section 5.2. Arrays are
 * shared.
 *
 * @param key 32 bytes
 * @param index the number of the message, unsigned
 */
record ChainKey(byte[] key, int index) {

    private static final int KEY_BYTES = 32;
    private static final int IV_BYTES = 16;
    private static final byte[] SEED = {1};
    private static final byte[] NEXT = {2};
    private static final byte[] INFO = "WhisperMessageKeys".getBytes(StandardCharsets.US_ASCII);

    /**
     * What one message is encrypted and authenticated with. Arrays are shared.
     *
     * @param cipherKey 32 bytes
     * @param macKey 32 bytes
     * @param iv 16 bytes
     */
    record MessageKeys(byte[] cipherKey, byte[] macKey, byte[] iv) {

        /** Shows nothing: all parts are secret. */
        @Override
        public String toString() {
            return "MessageKeys";
        }
    }

    static ChainKey of(SessionChainKey stored) {
        return new ChainKey(stored.getKey().toByteArray(), stored.getIndex());
    }

    SessionChainKey stored() {
        SessionChainKey.Builder place = SessionChainKey.newBuilder().setKey(ByteString.copyFrom(key));
        // libsignal leaves a zero out.
        if (index != 0) {
            place.setIndex(index);
        }
        return place.build();
    }

    boolean isWellFormed() {
        return key.length == KEY_BYTES;
    }

    ChainKey next() {
        return new ChainKey(Hmac.sha256(key, NEXT), index + 1);
    }

    /** The place some steps ahead. */
    ChainKey ahead(long steps) {
        ChainKey place = this;
        for (long i = 0; i < steps; i++) {
            place = place.next();
        }
        return place;
    }

    MessageKeys messageKeys() {
        byte[] derived = Hkdf.sha256(Hmac.sha256(key, SEED), null, INFO, 2 * KEY_BYTES + IV_BYTES);
        return new MessageKeys(
                Arrays.copyOf(derived, KEY_BYTES),
                Arrays.copyOfRange(derived, KEY_BYTES, 2 * KEY_BYTES),
                Arrays.copyOfRange(derived, 2 * KEY_BYTES, derived.length));
    }

    /** Shows where it stands, never what it is. */
    @Override
    public String toString() {
        return "ChainKey[at " + Integer.toUnsignedString(index) + "]";
    }
}
