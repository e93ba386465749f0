package dev.waxwing.internal.signal.engine;

import dev.waxwing.error.DecryptionFailedException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * A message that cannot be decrypted. Whoever throws it has changed nothing; the engine knows the device and makes a
 * {@link dev.waxwing.error.DecryptionFailedException} of it.
 */
final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    RefusedException(Reason reason) {
        this(reason, reason.toString(), null);
    }

    RefusedException(Reason reason, String detail, @Nullable Throwable cause) {
        super(detail, cause);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
