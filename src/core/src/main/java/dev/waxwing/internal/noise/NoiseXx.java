package dev.waxwing.internal.noise;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.AesGcm;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.proto.wa6.HandshakeMessage;

/** What both sides of the XX handshake share: the name, the message envelope and the checks of lengths. */
public final class NoiseXx {

    /** Length of a sealed public key, in bytes. */
    public static final int SEALED_KEY_BYTES = Curve25519.KEY_BYTES + AesGcm.TAG_BYTES;

    private static final byte[] PROTOCOL_NAME = "Noise_XX_25519_AESGCM_SHA256\0\0\0\0".getBytes(US_ASCII);

    private static final byte[] FALLBACK_NAME = "Noise_XXfallback_25519_AESGCM_SHA256".getBytes(US_ASCII);

    private NoiseXx() {}

    /**
     * Begins a handshake of the pattern XX.
     *
     * @return the state before the first message
     */
    public static SymmetricState start() {
        SymmetricState state = new SymmetricState(PROTOCOL_NAME);
        state.mixHash(NoiseIntro.header());
        return state;
    }

    /**
     * Begins a handshake of the pattern XXfallback: XX after a client's attempt to resume by IK was declined, with
     * the ephemeral key of that attempt.
     *
     * @return the state before the first message
     */
    public static SymmetricState startFallback() {
        SymmetricState state = new SymmetricState(FALLBACK_NAME);
        state.mixHash(NoiseIntro.header());
        return state;
    }

    /**
     * Reads one handshake message.
     *
     * @param message as it came
     * @param name what failures call it
     * @return the message
     */
    public static HandshakeMessage parse(byte[] message, String name) {
        try {
            return HandshakeMessage.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            throw new ProtocolViolationException(
                    "the " + name + " of " + message.length + " bytes is not a handshake message", e);
        }
    }

    /**
     * A field that must have a certain length.
     *
     * @param value the field
     * @param length in bytes
     * @param name what failures call it
     * @return its bytes
     */
    public static byte[] field(ByteString value, int length, String name) {
        if (value.size() != length) {
            throw new ProtocolViolationException(name + " has " + value.size() + " bytes, expected " + length);
        }
        return value.toByteArray();
    }

    /**
     * A ciphertext of any length that holds at least its tag.
     *
     * @param value the field
     * @param name what failures call it
     * @return its bytes
     */
    public static byte[] sealedField(ByteString value, String name) {
        if (value.size() < AesGcm.TAG_BYTES) {
            throw new ProtocolViolationException(
                    name + " has " + value.size() + " bytes, expected at least " + AesGcm.TAG_BYTES);
        }
        return value.toByteArray();
    }

    /**
     * Opens a sealed field.
     *
     * @param state the handshake so far
     * @param ciphertext the field
     * @param name what failures call it
     * @return the plaintext
     */
    public static byte[] open(SymmetricState state, byte[] ciphertext, String name) {
        try {
            return state.decryptAndHash(ciphertext);
        } catch (ProtocolViolationException e) {
            throw new ProtocolViolationException(name + " does not open", e);
        }
    }
}
