package dev.waxwing.internal.stream.link;

import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.model.Jid;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who connects: asked for anew at each connect, since pairing turns the one form into the other. Arrays are shared, not
 * copied.
 */
public sealed interface StreamIdentity {

    /**
     * The long-term Noise key pair of these credentials.
     *
     * @return the key pair
     */
    KeyPair noiseKey();

    /**
     * A device that is not linked yet.
     *
     * @param noiseKey the long-term Noise key pair
     * @param registrationId 1 to 2^31 - 1; Signal's range is 1 to 16380
     * @param identityKey public identity key, 32 bytes
     * @param signedPreKeyId 1 to 16777215
     * @param signedPreKey public signed pre-key, 32 bytes
     * @param signedPreKeySignature XEdDSA by the identity key over {@code 05 | signedPreKey}, 64 bytes
     */
    record Registration(
            KeyPair noiseKey,
            int registrationId,
            byte[] identityKey,
            int signedPreKeyId,
            byte[] signedPreKey,
            byte[] signedPreKeySignature)
            implements StreamIdentity {

        private static final int MAX_KEY_ID = (1 << 24) - 1;

        /**
         * Checks ranges and lengths.
         *
         * @param noiseKey the long-term Noise key pair
         * @param registrationId 1 to 2^31 - 1
         * @param identityKey public identity key, 32 bytes
         * @param signedPreKeyId 1 to 16777215
         * @param signedPreKey public signed pre-key, 32 bytes
         * @param signedPreKeySignature the signature, 64 bytes
         */
        public Registration {
            Objects.requireNonNull(noiseKey, "noiseKey");
            if (registrationId < 1) {
                throw new IllegalArgumentException("registrationId must be positive but was " + registrationId);
            }
            requireLength(identityKey, 32, "identityKey");
            if (signedPreKeyId < 1 || signedPreKeyId > MAX_KEY_ID) {
                throw new IllegalArgumentException("signedPreKeyId must be 1 to 16777215 but was " + signedPreKeyId);
            }
            requireLength(signedPreKey, 32, "signedPreKey");
            requireLength(signedPreKeySignature, 64, "signedPreKeySignature");
        }

        private static void requireLength(byte[] bytes, int length, String name) {
            if (bytes.length != length) {
                throw new IllegalArgumentException(name + " must be " + length + " bytes but was " + bytes.length);
            }
        }

        /** Shows the kind alone. */
        @Override
        public String toString() {
            return "Registration[" + registrationId + "]";
        }
    }

    /**
     * A linked device.
     *
     * @param noiseKey the long-term Noise key pair
     * @param me the account's phone-number address with the device number
     * @param pushName the name to announce, or null
     */
    record Login(KeyPair noiseKey, Jid me, @Nullable String pushName) implements StreamIdentity {

        /**
         * Checks the address.
         *
         * @param noiseKey the long-term Noise key pair
         * @param me the account's phone-number address with the device number
         * @param pushName the name to announce, or null
         */
        public Login {
            Objects.requireNonNull(noiseKey, "noiseKey");
            if (!me.user().matches("\\d{1,19}")) {
                throw new IllegalArgumentException("me must be a phone-number address but was " + me);
            }
        }

        /** Shows who it is, not what it is called. */
        @Override
        public String toString() {
            return "Login[" + me + "]";
        }
    }
}
