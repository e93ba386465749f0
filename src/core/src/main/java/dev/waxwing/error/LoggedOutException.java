package dev.waxwing.error;

import org.jspecify.annotations.Nullable;

/**
 * The account is no longer linked to this device: unlinked from the phone, or refused at login. Reaction: link again
 * with fresh credentials.
 */
public final class LoggedOutException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened, without secrets
     */
    public LoggedOutException(String message) {
        this(message, null);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message what happened, without secrets
     * @param cause what led to it, or null
     */
    public LoggedOutException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
