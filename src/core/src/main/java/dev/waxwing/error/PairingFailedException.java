package dev.waxwing.error;

import org.jspecify.annotations.Nullable;

/**
 * Linking did not complete: a signature or HMAC did not match, the phone refused, or every QR code expired. Reaction:
 * start linking again.
 */
public final class PairingFailedException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened, without secrets
     */
    public PairingFailedException(String message) {
        this(message, null);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message what happened, without secrets
     * @param cause what led to it, or null
     */
    public PairingFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
