package dev.waxwing.internal.signal.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.crypto.ConstantTime;
import dev.waxwing.internal.crypto.Hmac;
import dev.waxwing.proto.session.SessionPendingPreKey;
import dev.waxwing.proto.session.SessionStructureOrBuilder;
import dev.waxwing.proto.signal.PreKeySignalMessage;
import dev.waxwing.proto.signal.SignalMessage;
import java.util.Arrays;
import java.util.Optional;

/**
 * The two messages of a session as they travel: a version byte and a protobuf, and for the one that carries content a
 * MAC over both and over the identity keys of both sides.
 */
final class SessionMessages {

    /** High half the format, low half the newest the sender knows; only the high half counts on receipt. */
    private static final byte VERSION = 0x33;

    /** Also the version of a session whose messages have it. */
    static final int FORMAT = 3;

    private static final int MAC_BYTES = 8;

    private SessionMessages() {}

    /**
     * A {@code msg} in parts. Arrays are shared.
     *
     * @param body the protobuf
     * @param covered the bytes that the MAC covers
     * @param mac 8 bytes
     */
    record Sealed(SignalMessage body, byte[] covered, byte[] mac) {

        /** Whether the other side of a session made it with this key. */
        boolean isMadeWith(byte[] macKey, SessionStructureOrBuilder session) {
            return ConstantTime.equal(
                    mac, macOf(macKey, session.getRemoteIdentityPublic(), session.getLocalIdentityPublic(), covered));
        }
    }

    /** Reads a {@code msg}; empty if it has not the form of one. */
    static Optional<Sealed> parse(byte[] message) {
        int end = message.length - MAC_BYTES;
        if (end < 1 || message[0] >> 4 != FORMAT) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Sealed(
                    SignalMessage.parser().parseFrom(message, 1, end - 1),
                    Arrays.copyOf(message, end),
                    Arrays.copyOfRange(message, end, message.length)));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    /** Reads what is around the {@code msg} in a {@code pkmsg}; empty if it has not the form of one. */
    static Optional<PreKeySignalMessage> parseIntroduction(byte[] message) {
        if (message.length == 0 || message[0] >> 4 != FORMAT) {
            return Optional.empty();
        }
        try {
            PreKeySignalMessage outer = PreKeySignalMessage.parser().parseFrom(message, 1, message.length - 1);
            return Optional.of(outer).filter(PreKeySignalMessage::hasSignedPreKeyId);
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    /** Writes a {@code msg} of the own side of a session. */
    static byte[] seal(SignalMessage body, byte[] macKey, SessionStructureOrBuilder session) {
        byte[] covered = versioned(body.toByteArray());
        return Bytes.concat(
                covered, macOf(macKey, session.getLocalIdentityPublic(), session.getRemoteIdentityPublic(), covered));
    }

    /** Puts around a {@code msg} what the receiver needs to start the session. */
    static byte[] introduce(SessionStructureOrBuilder session, byte[] message) {
        SessionPendingPreKey pending = session.getPendingPreKey();
        PreKeySignalMessage.Builder outer = PreKeySignalMessage.newBuilder()
                .setBaseKey(pending.getBaseKey())
                .setIdentityKey(session.getLocalIdentityPublic())
                .setMessage(ByteString.copyFrom(message))
                .setRegistrationId(session.getLocalRegistrationId())
                .setSignedPreKeyId(pending.getSignedPreKeyId());
        if (pending.hasPreKeyId()) {
            outer.setPreKeyId(pending.getPreKeyId());
        }
        return versioned(outer.build().toByteArray());
    }

    private static byte[] versioned(byte[] body) {
        return Bytes.concat(new byte[] {VERSION}, body);
    }

    private static byte[] macOf(byte[] macKey, ByteString sender, ByteString receiver, byte[] covered) {
        return Arrays.copyOf(Hmac.sha256(macKey, sender.toByteArray(), receiver.toByteArray(), covered), MAC_BYTES);
    }
}
