package dev.waxwing.error;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The service has banned the account for a while (failure 402). Reaction: stop sending, read {@link #code()}, wait for
 * {@link #expiresIn()}. Waxwing does not reconnect by itself.
 */
public final class TemporarilyBannedException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /** The code as the server sent it. */
    private final int code;
    /** How long the ban lasts, if the server said. */
    private final @Nullable Duration expiresIn;

    /**
     * Creates the exception.
     *
     * @param code the server's ban code, for example 101 (messages to strangers), 0 if it gave none
     * @param expiresIn time from now until the ban ends, or null if the server did not say
     */
    public TemporarilyBannedException(int code, @Nullable Duration expiresIn) {
        super("account banned for a while, code " + code + (expiresIn == null ? "" : ", ends in " + expiresIn), null);
        this.code = code;
        this.expiresIn = expiresIn;
    }

    /**
     * The server's ban code.
     *
     * @return 101 strangers, 102 blocked by many, 103 groups with strangers, 104 same message, 106 broadcast list, 0
     *     unknown
     */
    public int code() {
        return code;
    }

    /**
     * Time until the ban ends, counted from the refusal.
     *
     * @return the time, empty if the server did not say
     */
    public Optional<Duration> expiresIn() {
        return Optional.ofNullable(expiresIn);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
