package dev.waxwing.error;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server understood a request and refused it: an iq error, an {@code error} attribute on a message ack, a
 * connection {@code failure} without a class of its own, or an HTTP status on the WebSocket upgrade. Reaction: depends
 * on {@link #code()}.
 */
public final class ServerRefusedException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /** The code as the server sent it. */
    private final int code;
    /** The server's words, possibly empty. */
    private final String text;
    /** How long the server asked to wait, if it did. */
    private final @Nullable Duration backoff;

    /**
     * Creates the exception.
     *
     * @param request what was refused, for example {@code "iq encrypt/get"} or {@code "message"}
     * @param code the server's code, for example 429
     * @param text the server's text, empty if it gave none
     * @param backoff how long the server asks to wait, or null if it did not say
     */
    public ServerRefusedException(String request, int code, String text, @Nullable Duration backoff) {
        super(
                requireNonNull(request, "request") + " refused with " + code
                        + (requireNonNull(text, "text").isEmpty() ? "" : " " + text),
                null);
        this.code = code;
        this.text = text;
        this.backoff = backoff;
    }

    /**
     * The server's code: 4xx for a request it will not serve, 429 and 5xx for one it may serve later.
     *
     * @return the code
     */
    public int code() {
        return code;
    }

    /**
     * The server's own words.
     *
     * @return the text, empty if none was given
     */
    public String text() {
        return text;
    }

    /**
     * How long the server asks to wait before the next try.
     *
     * @return the wait, empty if the server did not say
     */
    public Optional<Duration> backoff() {
        return Optional.ofNullable(backoff);
    }

    @Override
    public boolean isRetryable() {
        return code == 429 || (code >= 500 && code < 600);
    }
}
