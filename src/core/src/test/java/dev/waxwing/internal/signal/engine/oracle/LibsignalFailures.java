package dev.waxwing.internal.signal.engine.oracle;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.model.Jid;
import org.jspecify.annotations.Nullable;
import org.signal.libsignal.protocol.DuplicateMessageException;
import org.signal.libsignal.protocol.InvalidKeyException;
import org.signal.libsignal.protocol.InvalidKeyIdException;
import org.signal.libsignal.protocol.InvalidMessageException;
import org.signal.libsignal.protocol.InvalidSessionException;

/** Why libsignal refused a message, in the terms of the retry receipt. */
final class LibsignalFailures {

    private LibsignalFailures() {}

    /** A message that has not the form of one. */
    static DecryptionFailedException malformed(Jid device, Exception cause) {
        return of(device, cause instanceof InvalidKeyException ? Reason.INVALID_KEY : Reason.INVALID_MESSAGE, cause);
    }

    /** A message of the right form that cannot be decrypted. What is not the message's fault is rethrown as it is. */
    static DecryptionFailedException refused(Jid device, Exception cause) {
        boolean ofTheStore = cause instanceof WaxwingException || cause instanceof IllegalStateException;
        if (ofTheStore && !(cause instanceof InvalidSessionException)) {
            throw (RuntimeException) cause;
        }
        return of(device, reasonOf(cause), cause);
    }

    private static Reason reasonOf(Exception cause) {
        if (cause instanceof DuplicateMessageException) {
            return Reason.DUPLICATE;
        }
        if (cause instanceof InvalidKeyIdException) {
            return Reason.INVALID_KEY_ID;
        }
        if (cause instanceof InvalidKeyException) {
            return Reason.INVALID_KEY;
        }
        if (cause instanceof InvalidSessionException) {
            return Reason.INVALID_SESSION;
        }
        if (cause instanceof InvalidMessageException) {
            // libsignal says only that decryption failed, for it tries every session it has.
            return Reason.BAD_MAC;
        }
        return Reason.UNKNOWN;
    }

    static DecryptionFailedException of(Jid device, Reason reason, @Nullable Throwable cause) {
        return new DecryptionFailedException(
                reason, "a message of " + device + " cannot be decrypted: " + reason, cause);
    }
}
