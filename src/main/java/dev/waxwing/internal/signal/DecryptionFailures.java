package dev.waxwing.internal.signal;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.model.Jid;
import org.jspecify.annotations.Nullable;
import org.signal.libsignal.protocol.DuplicateMessageException;
import org.signal.libsignal.protocol.InvalidKeyException;
import org.signal.libsignal.protocol.InvalidKeyIdException;
import org.signal.libsignal.protocol.InvalidMessageException;
import org.signal.libsignal.protocol.InvalidVersionException;
import org.signal.libsignal.protocol.LegacyMessageException;
import org.signal.libsignal.protocol.NoSessionException;

/** Why libsignal refused a message, in the terms of the retry receipt. */
final class DecryptionFailures {

    private DecryptionFailures() {}

    /**
     * Never answers an exception for what is not the message's fault: those are rethrown as they are.
     */
    static DecryptionFailedException of(Jid device, byte @Nullable [] session, byte[] message, Exception cause) {
        Reason reason;
        if (cause instanceof DuplicateMessageException) {
            reason = Reason.DUPLICATE;
        } else if (cause instanceof InvalidKeyIdException) {
            reason = Reason.INVALID_KEY_ID;
        } else if (cause instanceof InvalidKeyException) {
            reason = Reason.INVALID_KEY;
        } else if (cause instanceof NoSessionException) {
            reason = Reason.NO_SESSION;
        } else if (cause instanceof InvalidVersionException || cause instanceof LegacyMessageException) {
            reason = Reason.INVALID_MESSAGE;
        } else if (cause instanceof InvalidMessageException) {
            reason = Reason.BAD_MAC;
        } else if (cause instanceof StagedStores.CorruptSessionException) {
            reason = Reason.INVALID_SESSION;
        } else if (cause instanceof WaxwingException failure) {
            throw failure;
        } else {
            reason = Reason.UNKNOWN;
        }
        return new DecryptionFailedException(reason, "message of " + device + " cannot be decrypted: " + reason, cause);
    }
}
