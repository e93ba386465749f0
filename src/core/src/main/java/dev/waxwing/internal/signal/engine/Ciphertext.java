package dev.waxwing.internal.signal.engine;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.proto.signal.PreKeySignalMessage;
import java.util.Optional;

/**
 * One encrypted message of a pairwise session. The array is shared, not copied.
 *
 * @param type which of the two forms
 * @param bytes the message as it travels
 */
public record Ciphertext(Type type, byte[] bytes) {

    /** The two forms of a pairwise message. Which one comes is the ratchet's decision, never the caller's. */
    public enum Type {
        /** Carries what the receiver needs to start the session; sent until the first reply was decrypted. */
        PKMSG("pkmsg"),
        /** Belongs to a session that both sides have. */
        MSG("msg");

        private final String wireName;

        Type(String wireName) {
            this.wireName = wireName;
        }

        /**
         * The value of the {@code type} attribute.
         *
         * @return {@code pkmsg} or {@code msg}
         */
        public String wireName() {
            return wireName;
        }

        /**
         * Finds a form by the {@code type} attribute.
         *
         * @param wireName the attribute
         * @return the form, empty if it is not a pairwise one
         */
        public static Optional<Type> ofWireName(String wireName) {
            for (Type type : values()) {
                if (type.wireName.equals(wireName)) {
                    return Optional.of(type);
                }
            }
            return Optional.empty();
        }
    }

    /**
     * Checks for null.
     *
     * @param type which of the two forms
     * @param bytes the message as it travels
     */
    public Ciphertext {
        requireNonNull(type, "type");
        requireNonNull(bytes, "bytes");
    }

    /**
     * By what a pre-key message introduces its sender.
     *
     * @return empty if the message introduces nobody, or has not the form of one that does
     */
    public Optional<Introduction> introduction() {
        if (type != Type.PKMSG) {
            return Optional.empty();
        }
        try {
            // As the engine reads it: it must not see another key than the one that is checked.
            PreKeySignalMessage message = SessionMessages.parseIntroduction(bytes);
            byte[] identityKey = message.getIdentityKey().toByteArray();
            return PublicKeys.isTyped(identityKey)
                    ? Optional.of(new Introduction(
                            PublicKeys.untyped(identityKey),
                            message.getBaseKey().toByteArray(),
                            message.getSignedPreKeyId(),
                            !message.hasPreKeyId()))
                    : Optional.empty();
        } catch (RefusedException e) {
            return Optional.empty();
        }
    }

    /** The form and the number of bytes. */
    @Override
    public String toString() {
        return "Ciphertext[" + type.wireName() + ", " + bytes.length + " bytes]";
    }
}
