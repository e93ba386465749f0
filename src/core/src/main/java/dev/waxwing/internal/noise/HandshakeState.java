package dev.waxwing.internal.noise;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.AesGcm;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.proto.wa6.HandshakeMessage;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One side's state of a handshake (Noise specification, section 5.3): the keys s, e, rs and re, and the tokens that
 * send, read and mix them. The client's and the server's handshake say which token follows which; all that both share
 * is here.
 *
 * <p>It begins with the pattern XX. {@link #resume} begins it anew as IK, {@link #fallBack} as XXfallback, as the
 * service's clients do (whatsapp-rust, zapo). One instance serves one connection; not safe for several threads. After
 * an exception it is of no further use, save that a responder may fall back.
 */
public final class HandshakeState {

    /** The patterns of the service, which all start with the four bytes of the intro as the prologue. */
    public enum Pattern {
        /** Neither side knows the other: three messages. */
        XX("Noise_XX_25519_AESGCM_SHA256\0\0\0\0"),
        /** The client knows the server's static key: two messages. */
        IK("Noise_IK_25519_AESGCM_SHA256\0\0\0\0"),
        /** What the client took for the server's key is not: three messages, the first of them that of IK. */
        XX_FALLBACK("Noise_XXfallback_25519_AESGCM_SHA256");

        private final String protocolName;

        Pattern(String protocolName) {
            this.protocolName = protocolName;
        }

        SymmetricState start(byte[] prologue) {
            SymmetricState state = new SymmetricState(protocolName.getBytes(US_ASCII));
            state.mixHash(prologue);
            return state;
        }
    }

    /** How far a handshake is; the same for both sides. */
    public enum Step {
        /** Nothing was sent or read. */
        START,
        /** The first message was sent or answered. */
        HELLO_SENT,
        /** Every message was sent or read. */
        FINISHED,
        /** The transport keys were handed out. */
        SPLIT
    }

    private static final int SEALED_KEY_BYTES = Curve25519.KEY_BYTES + AesGcm.TAG_BYTES;

    private final boolean isInitiator;
    private final KeyPair s;
    private final Supplier<KeyPair> ephemerals;
    private final byte[] prologue;
    private Pattern pattern = Pattern.XX;
    private SymmetricState symmetric;
    private Step step = Step.START;
    private @Nullable KeyPair e;
    private byte @Nullable [] rs;
    private byte @Nullable [] re;

    private HandshakeState(boolean isInitiator, KeyPair s, Supplier<KeyPair> ephemerals, byte[] prologue) {
        this.isInitiator = isInitiator;
        this.s = Objects.requireNonNull(s, "static key");
        this.ephemerals = Objects.requireNonNull(ephemerals, "ephemerals");
        this.prologue = prologue;
        this.symmetric = pattern.start(prologue);
    }

    /**
     * The client's side.
     *
     * @param s its static key pair
     * @param ephemerals asked once for the ephemeral key pair, which must be fresh
     * @return before the first message
     */
    public static HandshakeState initiator(KeyPair s, Supplier<KeyPair> ephemerals) {
        return initiator(s, ephemerals, NoiseIntro.header());
    }

    /**
     * The server's side.
     *
     * @param s its static key pair
     * @param ephemerals asked once for the ephemeral key pair, which must be fresh
     * @return before the first message
     */
    public static HandshakeState responder(KeyPair s, Supplier<KeyPair> ephemerals) {
        return responder(s, ephemerals, NoiseIntro.header());
    }

    /** With a prologue other than the service's, for published vectors. */
    static HandshakeState initiator(KeyPair s, Supplier<KeyPair> ephemerals, byte[] prologue) {
        return new HandshakeState(true, s, ephemerals, prologue);
    }

    /** With a prologue other than the service's, for published vectors. */
    static HandshakeState responder(KeyPair s, Supplier<KeyPair> ephemerals, byte[] prologue) {
        return new HandshakeState(false, s, ephemerals, prologue);
    }

    /**
     * Begins anew as IK; before the first token.
     *
     * @param serverStatic what this side takes for the server's static public key, 32 bytes
     */
    public void resume(byte[] serverStatic) {
        pattern = Pattern.IK;
        symmetric = pattern.start(prologue);
        symmetric.mixHash(serverStatic);
        if (isInitiator) {
            rs = serverStatic.clone();
        }
    }

    /** Begins anew as XXfallback, of which the client's ephemeral key, sent with IK, is a part already. */
    public void fallBack() {
        pattern = Pattern.XX_FALLBACK;
        symmetric = pattern.start(prologue);
        rs = null;
        symmetric.mixHash(isInitiator ? e().publicKey() : known(re));
    }

    /**
     * Which pattern the handshake follows by now.
     *
     * @return XX unless told otherwise
     */
    public Pattern pattern() {
        return pattern;
    }

    /**
     * Takes one step.
     *
     * @param from where the handshake must be
     * @param to where it is afterwards
     * @throws IllegalStateException if it is elsewhere
     */
    public void advance(Step from, Step to) {
        if (step != from) {
            throw new IllegalStateException("the handshake is at " + step + ", not at " + from);
        }
        step = to;
    }

    /**
     * Token e of a message to send.
     *
     * @return the fresh public key, 32 bytes
     */
    public ByteString writeE() {
        KeyPair fresh = Objects.requireNonNull(ephemerals.get(), "ephemeral");
        e = fresh;
        symmetric.mixHash(fresh.publicKey());
        return ByteString.copyFrom(fresh.publicKey());
    }

    /**
     * Token e of a message that came.
     *
     * @param value the field
     * @param name what failures call it
     * @throws ProtocolViolationException if it has another length than 32 bytes
     */
    public void readE(ByteString value, String name) {
        byte[] key = field(value, Curve25519.KEY_BYTES, name);
        re = key;
        symmetric.mixHash(key);
    }

    /**
     * Token s of a message to send.
     *
     * @return the sealed static public key, 48 bytes
     */
    public ByteString writeS() {
        return ByteString.copyFrom(symmetric.encryptAndHash(s.publicKey()));
    }

    /**
     * Token s of a message that came.
     *
     * @param value the field
     * @param name what failures call it
     * @throws ProtocolViolationException if it has another length than 48 bytes or does not open
     */
    public void readS(ByteString value, String name) {
        rs = open(field(value, SEALED_KEY_BYTES, name), name);
    }

    /** Token ee: the agreement of both ephemeral keys. */
    public void ee() {
        mix(e(), known(re));
    }

    /** Token es: the agreement of the client's ephemeral key and the server's static key. */
    public void es() {
        if (isInitiator) {
            mix(e(), known(rs));
        } else {
            mix(s, known(re));
        }
    }

    /** Token se: the agreement of the client's static key and the server's ephemeral key. */
    public void se() {
        if (isInitiator) {
            mix(s, known(re));
        } else {
            mix(e(), known(rs));
        }
    }

    /** Token ss: the agreement of both static keys. */
    public void ss() {
        mix(s, known(rs));
    }

    /**
     * The payload of a message to send.
     *
     * @param payload what to seal
     * @return ciphertext and tag
     */
    public ByteString writePayload(byte[] payload) {
        return ByteString.copyFrom(symmetric.encryptAndHash(payload));
    }

    /**
     * The payload of a message that came.
     *
     * @param value the field
     * @param name what failures call it
     * @return the plaintext
     * @throws ProtocolViolationException if it is shorter than a tag or does not open
     */
    public byte[] readPayload(ByteString value, String name) {
        if (value.size() < AesGcm.TAG_BYTES) {
            throw new ProtocolViolationException(
                    name + " has " + value.size() + " bytes, expected at least " + AesGcm.TAG_BYTES);
        }
        return open(value.toByteArray(), name);
    }

    /**
     * The other side's static public key, once its token was read or it was known before.
     *
     * @return 32 bytes, shared
     */
    public byte[] remoteStatic() {
        return known(rs);
    }

    /**
     * The transport keys.
     *
     * @return the two ciphers of this side
     * @throws IllegalStateException if the handshake is not finished, or called before
     */
    public NoiseTransport split() {
        advance(Step.FINISHED, Step.SPLIT);
        byte[][] keys = symmetric.split();
        CipherState initiators = new CipherState(keys[0]);
        CipherState responders = new CipherState(keys[1]);
        return isInitiator ? new NoiseTransport(initiators, responders) : new NoiseTransport(responders, initiators);
    }

    /**
     * The hash, the chaining key and the cipher's key so far.
     *
     * @return the state itself, not a copy
     */
    public SymmetricState symmetric() {
        return symmetric;
    }

    /**
     * Reads one handshake message.
     *
     * @param message as it came
     * @param name what failures call it
     * @return the message
     * @throws ProtocolViolationException if it is none
     */
    public static HandshakeMessage parse(byte[] message, String name) {
        try {
            return HandshakeMessage.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            throw new ProtocolViolationException(
                    "the " + name + " of " + message.length + " bytes is not a handshake message", e);
        }
    }

    private void mix(KeyPair own, byte[] others) {
        symmetric.mixKey(Curve25519.agree(own.privateKey(), others));
    }

    private byte[] open(byte[] ciphertext, String name) {
        try {
            return symmetric.decryptAndHash(ciphertext);
        } catch (ProtocolViolationException e) {
            throw new ProtocolViolationException(name + " does not open", e);
        }
    }

    private static byte[] field(ByteString value, int length, String name) {
        if (value.size() != length) {
            throw new ProtocolViolationException(name + " has " + value.size() + " bytes, expected " + length);
        }
        return value.toByteArray();
    }

    private KeyPair e() {
        return Objects.requireNonNull(e, "there is no ephemeral key yet");
    }

    private static byte[] known(byte @Nullable [] key) {
        return Objects.requireNonNull(key, "the other side's key is not known yet");
    }
}
