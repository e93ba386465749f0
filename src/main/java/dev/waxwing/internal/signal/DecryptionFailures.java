package dev.waxwing.internal.signal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.session.SessionChain;
import dev.waxwing.proto.session.SessionRecordStructure;
import dev.waxwing.proto.session.SessionStructure;
import org.jspecify.annotations.Nullable;
import org.signal.libsignal.protocol.DuplicateMessageException;
import org.signal.libsignal.protocol.InvalidKeyException;
import org.signal.libsignal.protocol.InvalidKeyIdException;
import org.signal.libsignal.protocol.InvalidMessageException;
import org.signal.libsignal.protocol.InvalidSessionException;
import org.signal.libsignal.protocol.message.SignalMessage;

/** Why libsignal refused a message, in the terms of the retry receipt. */
final class DecryptionFailures {

    /** How far ahead of its chain libsignal follows a message (version 0.23.1). */
    static final int MAX_FORWARD_JUMP = 25_000;

    private DecryptionFailures() {}

    /** A message that has not the form of one. */
    static DecryptionFailedException malformed(Jid device, Exception cause) {
        Reason reason = cause instanceof InvalidKeyException ? Reason.INVALID_KEY : Reason.INVALID_MESSAGE;
        return of(device, reason, cause);
    }

    /**
     * A message of the right form that cannot be decrypted. What is not the message's fault is rethrown as it is.
     *
     * @param session the device's record before the attempt, null if it had none
     * @param message the message, or the one inside a pre-key message
     */
    static DecryptionFailedException refused(
            Jid device, byte @Nullable [] session, SignalMessage message, Exception cause) {
        boolean ofTheStore = cause instanceof WaxwingException || cause instanceof IllegalStateException;
        if (ofTheStore && !(cause instanceof InvalidSessionException)) {
            throw (RuntimeException) cause;
        }
        return of(device, reasonOf(session, message, cause), cause);
    }

    private static Reason reasonOf(byte @Nullable [] session, SignalMessage message, Exception cause) {
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
            return isTooFarAhead(session, message) ? Reason.FUTURE_MESSAGE : Reason.BAD_MAC;
        }
        return Reason.UNKNOWN;
    }

    private static boolean isTooFarAhead(byte @Nullable [] session, SignalMessage message) {
        // The counter has 32 bits without sign.
        long counter = Integer.toUnsignedLong(message.getCounter());
        if (counter <= MAX_FORWARD_JUMP) {
            return false;
        }
        ByteString ratchetKey =
                ByteString.copyFrom(message.getSenderRatchetKey().serialize());
        return counter - chainIndex(session, ratchetKey) > MAX_FORWARD_JUMP;
    }

    /** Where the chain of a ratchet key stands, 0 if there is no such chain yet. */
    private static long chainIndex(byte @Nullable [] session, ByteString ratchetKey) {
        if (session == null) {
            return 0;
        }
        try {
            SessionRecordStructure record = SessionRecordStructure.parseFrom(session);
            long index = chainIndex(record.getCurrentSession(), ratchetKey);
            for (int i = 0; index == 0 && i < record.getPreviousSessionsCount(); i++) {
                index = chainIndex(SessionStructure.parseFrom(record.getPreviousSessions(i)), ratchetKey);
            }
            return index;
        } catch (InvalidProtocolBufferException e) {
            return 0;
        }
    }

    private static long chainIndex(SessionStructure session, ByteString ratchetKey) {
        for (SessionChain chain : session.getReceiverChainsList()) {
            if (chain.getSenderRatchetKey().equals(ratchetKey)) {
                return Integer.toUnsignedLong(chain.getChainKey().getIndex());
            }
        }
        return 0;
    }

    private static DecryptionFailedException of(Jid device, Reason reason, Exception cause) {
        return new DecryptionFailedException(
                reason, "a message of " + device + " cannot be decrypted: " + reason, cause);
    }
}
