package dev.waxwing.internal.addon;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.AesGcm;
import dev.waxwing.internal.crypto.RandomBytes;
import dev.waxwing.model.Jid;
import java.util.Optional;

/**
 * Seals and opens add-ons: AES-256-GCM under a key that hangs on the secret, the message and both authors. What opens
 * says therefore whom it was sealed by, and about which message.
 */
public final class AddOnCipher {

    private AddOnCipher() {}

    /**
     * Whom and what an add-on is sealed for.
     *
     * @param kind what it is
     * @param secret of the message that it is about, 32 bytes
     * @param id the id of that message
     * @param original who wrote that message
     * @param modifier who writes the add-on
     */
    public record Binding(AddOnKind kind, byte[] secret, String id, Jid original, Jid modifier) {

        private byte[] key() {
            return SecretKeys.derive(secret, id, original, modifier, kind.label());
        }

        byte[] additionalData() {
            return kind.hasAdditionalData() ? (id + '\0' + modifier.person()).getBytes(UTF_8) : new byte[0];
        }

        /** Shows no secret. */
        @Override
        public String toString() {
            return "Binding[" + kind + " " + id + "]";
        }
    }

    /**
     * A sealed add-on.
     *
     * @param iv 12 bytes
     * @param payload the ciphertext and its tag
     */
    public record Sealed(byte[] iv, byte[] payload) {}

    /**
     * Seals an add-on under a new random IV.
     *
     * @param binding whom and what it is for
     * @param plaintext what it says
     * @return the ciphertext
     */
    public static Sealed seal(Binding binding, byte[] plaintext) {
        byte[] iv = RandomBytes.next(AesGcm.NONCE_BYTES);
        return new Sealed(iv, seal(binding, iv, plaintext));
    }

    static byte[] seal(Binding binding, byte[] iv, byte[] plaintext) {
        return AesGcm.seal(binding.key(), iv, binding.additionalData(), plaintext);
    }

    /**
     * Opens an add-on.
     *
     * @param addOn the add-on
     * @param binding whom and what it should be for
     * @return the plaintext; empty if it was not sealed so
     */
    public static Optional<byte[]> open(AddOn addOn, Binding binding) {
        try {
            return Optional.of(AesGcm.open(binding.key(), addOn.iv(), binding.additionalData(), addOn.payload()));
        } catch (ProtocolViolationException e) {
            return Optional.empty();
        }
    }
}
