package dev.waxwing.internal.signal.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.AesCbc;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.crypto.ConstantTime;
import dev.waxwing.internal.crypto.Hmac;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.internal.signal.engine.ChainKey.MessageKeys;
import dev.waxwing.proto.session.SessionPendingPreKey;
import dev.waxwing.proto.session.SessionStructureOrBuilder;
import dev.waxwing.proto.signal.PreKeySignalMessage;
import dev.waxwing.proto.signal.SignalMessage;
import java.util.Arrays;

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
     * @param body the protobuf, with all that it must have
     * @param covered the bytes that the MAC covers
     * @param mac 8 bytes
     */
    record Sealed(SignalMessage body, byte[] covered, byte[] mac) {

        /**
         * Checks the MAC, then decrypts.
         *
         * @throws RefusedException if it was not made with these keys by the other side of the session
         */
        byte[] open(MessageKeys keys, SessionStructureOrBuilder session) throws RefusedException {
            byte[] expected =
                    macOf(keys.macKey(), session.getRemoteIdentityPublic(), session.getLocalIdentityPublic(), covered);
            if (!ConstantTime.equal(mac, expected)) {
                throw new RefusedException(Reason.BAD_MAC);
            }
            try {
                return AesCbc.decrypt(
                        keys.cipherKey(), keys.iv(), body.getCiphertext().toByteArray());
            } catch (ProtocolViolationException e) {
                // The sender's fault, since the MAC fits; a session anew is what helps here too.
                throw new RefusedException(Reason.BAD_MAC, "a genuine message is not padded as it must be", e);
            }
        }
    }

    /**
     * Reads a {@code msg}.
     *
     * @throws RefusedException if it has not the form of one
     */
    static Sealed parse(byte[] message) throws RefusedException {
        int end = message.length - MAC_BYTES;
        requireFormat(message, end);
        try {
            SignalMessage body = SignalMessage.parser().parseFrom(message, 1, end - 1);
            if (!body.hasRatchetKey() || !body.hasCounter() || !body.hasCiphertext()) {
                throw new RefusedException(Reason.INVALID_MESSAGE);
            }
            requireKey(body.getRatchetKey());
            return new Sealed(body, Arrays.copyOf(message, end), Arrays.copyOfRange(message, end, message.length));
        } catch (InvalidProtocolBufferException e) {
            throw new RefusedException(Reason.INVALID_MESSAGE, "not a protobuf", e);
        }
    }

    /**
     * Reads what is around the {@code msg} in a {@code pkmsg}.
     *
     * @throws RefusedException if it has not the form of one, or needs a key of a kind that no one here has
     */
    static PreKeySignalMessage parseIntroduction(byte[] message) throws RefusedException {
        requireFormat(message, message.length);
        try {
            PreKeySignalMessage outer = PreKeySignalMessage.parser().parseFrom(message, 1, message.length - 1);
            if (!outer.hasSignedPreKeyId() || !outer.hasBaseKey() || !outer.hasIdentityKey() || !outer.hasMessage()) {
                throw new RefusedException(Reason.INVALID_MESSAGE);
            }
            requireKey(outer.getBaseKey());
            requireKey(outer.getIdentityKey());
            if (outer.hasKyberCiphertext()) {
                // Part of the secret is in it, of its id alone nothing is. The sender, asked again, gets a bundle
                // without such a key.
                throw new RefusedException(
                        Reason.INVALID_KEY_ID, "it names a post-quantum pre-key, and none was published", null);
            }
            return outer;
        } catch (InvalidProtocolBufferException e) {
            throw new RefusedException(Reason.INVALID_MESSAGE, "not a protobuf", e);
        }
    }

    private static void requireFormat(byte[] message, int end) throws RefusedException {
        if (end < 1 || message[0] >> 4 != FORMAT) {
            throw new RefusedException(Reason.INVALID_MESSAGE);
        }
    }

    private static void requireKey(ByteString key) throws RefusedException {
        if (!PublicKeys.isTyped(key.toByteArray())) {
            throw new RefusedException(Reason.INVALID_KEY);
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
