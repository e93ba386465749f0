package dev.waxwing.error;

import org.jspecify.annotations.Nullable;

/**
 * A key published for another device failed verification (a signature of its bundle or identity is wrong). Nothing is
 * sent to that device. Reaction: report it; repeating the call fetches the bundle again.
 */
public final class PeerKeyRejectedException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened, without secrets
     */
    public PeerKeyRejectedException(String message) {
        this(message, null);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message what happened, without secrets
     * @param cause what led to it, or null
     */
    public PeerKeyRejectedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
