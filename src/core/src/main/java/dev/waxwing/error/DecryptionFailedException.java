package dev.waxwing.error;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A received message could not be decrypted. Reaction: none by the caller; the receive pipeline asks the sender for a
 * resend.
 */
public final class DecryptionFailedException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /** Why decryption failed, in the terms of the retry receipt's {@code error} attribute. */
    public enum Reason {
        /** Not one of the others. */
        UNKNOWN(0),
        /** There is no session with the sending device. */
        NO_SESSION(1),
        /** A key in the message is not a valid public key. */
        INVALID_KEY(2),
        /** The message names a pre-key that we do not hold. */
        INVALID_KEY_ID(3),
        /** The ciphertext is malformed or of a version not supported. */
        INVALID_MESSAGE(4),
        /** A signature does not verify. */
        INVALID_SIGNATURE(5),
        /** The message lies too far ahead of the chain. */
        FUTURE_MESSAGE(6),
        /** The MAC does not match. */
        BAD_MAC(7),
        /** The session exists and cannot be used. */
        INVALID_SESSION(8),
        /** The message key was already consumed: a duplicate. */
        DUPLICATE(9),
        /**
         * The sending device is not one that the person's phone has signed, or its identity key is another than the one
         * known and was not confirmed; {@code identity.change} says which. The code is that of a failed check of the
         * account's signature ({@code AdvFailure} in peers Baileys, zapo and whatsapp-rust).
         */
        UNTRUSTED_IDENTITY(12);

        private final int code;

        Reason(int code) {
            this.code = code;
        }

        /**
         * The number sent in a retry receipt.
         *
         * @return the wire code
         */
        public int code() {
            return code;
        }
    }

    /** Why it could not be decrypted. */
    private final Reason reason;

    /**
     * Creates the exception.
     *
     * @param reason the kind of failure
     * @param message what happened, without secrets
     * @param cause what led to it, or null
     */
    public DecryptionFailedException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = requireNonNull(reason, "reason");
    }

    /**
     * The kind of failure.
     *
     * @return the reason, never null
     */
    public Reason reason() {
        return reason;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
