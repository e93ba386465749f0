package dev.waxwing.error;

import org.jspecify.annotations.Nullable;

/**
 * The store is well, but one value in it cannot be given back: it was changed on disk, or put there by something else.
 * Reaction: do without this one, or restore it; reading it again does not help.
 */
public final class StoreEntryDamagedException extends StoreFailedException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception with its cause.
     *
     * @param message what happened, without secrets
     * @param cause what led to it, or null
     */
    public StoreEntryDamagedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
