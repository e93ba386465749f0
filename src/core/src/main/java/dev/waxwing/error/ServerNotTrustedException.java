package dev.waxwing.error;

import org.jspecify.annotations.Nullable;

/**
 * The server could not prove who it is: its TLS or Noise certificate chain does not lead to the configured root, or is
 * outside its validity. Reaction: check the clock, the trust options and the network; never fall back.
 */
public final class ServerNotTrustedException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened, without secrets
     */
    public ServerNotTrustedException(String message) {
        this(message, null);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message what happened, without secrets
     * @param cause what led to it, or null
     */
    public ServerNotTrustedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
