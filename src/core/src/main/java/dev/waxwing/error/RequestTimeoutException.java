package dev.waxwing.error;

import org.jspecify.annotations.Nullable;

/**
 * The server did not answer a request in time although the connection stands. Reaction: repeat the call; the request
 * may have taken effect.
 */
public final class RequestTimeoutException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened, without secrets
     */
    public RequestTimeoutException(String message) {
        this(message, null);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message what happened, without secrets
     * @param cause what led to it, or null
     */
    public RequestTimeoutException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
