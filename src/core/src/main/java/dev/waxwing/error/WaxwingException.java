package dev.waxwing.error;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Root of everything Waxwing throws or fails a future with, apart from {@link IllegalArgumentException},
 * {@link IllegalStateException} and {@link NullPointerException} for wrong use of the API.
 *
 * <p>There is one subclass per <em>reaction</em>, not per message: catch the class that needs the reaction, read its
 * fields for the details. Neither messages nor fields ever hold key material or message text.
 */
public abstract sealed class WaxwingException extends RuntimeException
        permits ClientOutdatedException,
                ConnectionLostException,
                ConnectionReplacedException,
                DecryptionFailedException,
                IdentityNotConfirmedException,
                LoggedOutException,
                MediaCorruptedException,
                MediaExpiredException,
                MediaFileException,
                MediaTooLargeException,
                MessageExpiredException,
                OutboxFullException,
                PairingFailedException,
                PeerKeyRejectedException,
                ProtocolViolationException,
                ProxyRefusedException,
                RequestTimeoutException,
                ServerNotTrustedException,
                ServerRefusedException,
                SocketClosedException,
                StoreFailedException,
                TemporarilyBannedException {

    private static final long serialVersionUID = 1L;

    WaxwingException(String message, @Nullable Throwable cause) {
        super(requireNonNull(message, "message"), cause);
    }

    /**
     * Tells whether repeating the same call later may succeed with nothing changed by the application.
     *
     * @return true if a later repeat may succeed
     */
    public abstract boolean isRetryable();
}
