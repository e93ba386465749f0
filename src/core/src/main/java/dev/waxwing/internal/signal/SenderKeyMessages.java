package dev.waxwing.internal.signal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.proto.signal.SenderKeyDistributionMessage;
import dev.waxwing.proto.signal.SenderKeyMessage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The two messages of group encryption as they travel: a version byte, a protobuf, and for the one that carries
 * content a signature over both.
 */
final class SenderKeyMessages {

    /** High half the format, low half the newest the sender knows; only the high half counts on receipt. */
    private static final byte VERSION = 0x33;

    private static final int FORMAT = 3;

    /**
     * First byte of a distribution message without the version byte, which some peers send: the tag of its first
     * field.
     */
    private static final byte BARE = 0x08;

    private static final int CHAIN_KEY_BYTES = 32;

    /**
     * An {@code skmsg} in parts. Arrays are shared.
     *
     * @param id the number of the key
     * @param iteration the number of the message, unsigned
     * @param ciphertext what the message key opens
     * @param signed the bytes the signature covers
     * @param signature 64 bytes
     */
    record Sealed(int id, int iteration, byte[] ciphertext, byte[] signed, byte[] signature) {

        boolean isSignedBy(byte[] signingKey) {
            return Curve25519.verify(signingKey, signed, signature);
        }
    }

    private SenderKeyMessages() {}

    static byte[] distribution(SenderKeyState state) {
        return Bytes.concat(
                new byte[] {VERSION},
                SenderKeyDistributionMessage.newBuilder()
                        .setId(state.id())
                        .setIteration(state.iteration())
                        .setChainKey(ByteString.copyFrom(state.chainKey()))
                        .setSigningKey(ByteString.copyFrom(PublicKeys.typed(state.signingKey())))
                        .build()
                        .toByteArray());
    }

    static SenderKeyState parseDistribution(byte[] bytes) {
        if (bytes.length == 0) {
            throw new ProtocolViolationException("sender key distribution is empty");
        }
        int skip = bytes[0] == BARE ? 0 : 1;
        if (skip == 1 && bytes[0] >> 4 != FORMAT) {
            throw new ProtocolViolationException("sender key distribution has version " + bytes[0]);
        }
        SenderKeyDistributionMessage message;
        try {
            message = SenderKeyDistributionMessage.parseFrom(ByteString.copyFrom(bytes, skip, bytes.length - skip));
        } catch (InvalidProtocolBufferException e) {
            throw new ProtocolViolationException("sender key distribution is not a protobuf", e);
        }
        byte[] signingKey = message.getSigningKey().toByteArray();
        boolean typed = PublicKeys.isTyped(signingKey);
        if (!message.hasId()
                || !message.hasIteration()
                || message.getChainKey().size() != CHAIN_KEY_BYTES
                || !(typed || signingKey.length == Curve25519.KEY_BYTES)) {
            throw new ProtocolViolationException("sender key distribution lacks a field: chain key of "
                    + message.getChainKey().size() + " bytes, signing key of " + signingKey.length);
        }
        return new SenderKeyState(
                message.getId(),
                message.getIteration(),
                message.getChainKey().toByteArray(),
                typed ? PublicKeys.untyped(signingKey) : signingKey,
                null);
    }

    static byte[] seal(SenderKeyState state, int iteration, byte[] ciphertext) {
        byte[] signed = Bytes.concat(
                new byte[] {VERSION},
                SenderKeyMessage.newBuilder()
                        .setId(state.id())
                        .setIteration(iteration)
                        .setCiphertext(ByteString.copyFrom(ciphertext))
                        .build()
                        .toByteArray());
        return Bytes.concat(signed, Curve25519.sign(state.signingPrivate(), signed));
    }

    static Sealed parse(byte[] bytes) {
        int signedBytes = bytes.length - Curve25519.SIGNATURE_BYTES;
        if (signedBytes < 1 || bytes[0] >> 4 != FORMAT) {
            throw malformed("group message has " + bytes.length + " bytes or another version than 3", null);
        }
        SenderKeyMessage message;
        try {
            message = SenderKeyMessage.parseFrom(ByteString.copyFrom(bytes, 1, signedBytes - 1));
        } catch (InvalidProtocolBufferException e) {
            throw malformed("group message is not a protobuf", e);
        }
        if (!message.hasId() || !message.hasIteration() || !message.hasCiphertext()) {
            throw malformed("group message lacks a field", null);
        }
        return new Sealed(
                message.getId(),
                message.getIteration(),
                message.getCiphertext().toByteArray(),
                Arrays.copyOf(bytes, signedBytes),
                Arrays.copyOfRange(bytes, signedBytes, bytes.length));
    }

    private static DecryptionFailedException malformed(String message, @Nullable Throwable cause) {
        return new DecryptionFailedException(Reason.INVALID_MESSAGE, message, cause);
    }
}
