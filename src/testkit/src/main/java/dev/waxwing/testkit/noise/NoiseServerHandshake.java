package dev.waxwing.testkit.noise;

import com.google.protobuf.ByteString;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.noise.CipherState;
import dev.waxwing.internal.noise.NoiseTransport;
import dev.waxwing.internal.noise.NoiseXx;
import dev.waxwing.internal.noise.SymmetricState;
import dev.waxwing.proto.wa6.HandshakeMessage;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The responder of {@code Noise_XX_25519_AESGCM_SHA256}, for the loopback server: {@link #onClientHello}, {@link
 * #onClientFinish}, {@link #split()}, each once and in this order.
 *
 * <p>A client that asks to resume by IK (its hello carries a static key already) is declined as the service may: by a
 * full server hello, with which both go on as {@code Noise_XXfallback_25519_AESGCM_SHA256} in the same round trip.
 * One instance serves one connection; not safe for several threads.
 */
public final class NoiseServerHandshake {

    private enum Step {
        START,
        HELLO_SENT,
        FINISHED,
        SPLIT
    }

    private final KeyPair serverStatic;
    private final byte[] certChain;
    private final Supplier<KeyPair> ephemerals;
    private SymmetricState state = NoiseXx.start();
    private @Nullable KeyPair ephemeral;
    private Step step = Step.START;

    /**
     * Prepares a handshake.
     *
     * @param serverStatic the server's static key pair
     * @param certChain the encoded chain for its public half, see {@link CertificateIssuer}
     */
    public NoiseServerHandshake(KeyPair serverStatic, byte[] certChain) {
        this(serverStatic, certChain, Curve25519::generate);
    }

    /**
     * Prepares a handshake with a chosen source of ephemeral keys, for tests.
     *
     * @param serverStatic the server's static key pair
     * @param certChain the encoded chain for its public half
     * @param ephemerals asked once for the ephemeral key pair, which must be fresh
     */
    public NoiseServerHandshake(KeyPair serverStatic, byte[] certChain, Supplier<KeyPair> ephemerals) {
        this.serverStatic = Objects.requireNonNull(serverStatic, "serverStatic");
        this.certChain = certChain.clone();
        this.ephemerals = Objects.requireNonNull(ephemerals, "ephemerals");
    }

    /**
     * Takes the client's first message and answers it.
     *
     * @param clientHello the payload of the first frame from the client
     * @return the server hello
     * @throws ProtocolViolationException if the message is malformed or truncated
     * @throws IllegalStateException if called before
     */
    public byte[] onClientHello(byte[] clientHello) {
        advance(Step.START, Step.HELLO_SENT);
        HandshakeMessage message = NoiseXx.parse(clientHello, "client hello");
        if (!message.hasClientHello()) {
            throw new ProtocolViolationException("the client's first message is not a client hello");
        }
        HandshakeMessage.ClientHello hello = message.getClientHello();
        if (hello.hasStatic()) {
            state = NoiseXx.startFallback();
        }
        byte[] clientEphemeral =
                NoiseXx.field(hello.getEphemeral(), Curve25519.KEY_BYTES, "the client hello's ephemeral key");
        KeyPair e = Objects.requireNonNull(ephemerals.get(), "ephemeral");
        ephemeral = e;

        state.mixHash(clientEphemeral);
        state.mixHash(e.publicKey());
        state.mixKey(Curve25519.agree(e.privateKey(), clientEphemeral));
        byte[] encryptedStatic = state.encryptAndHash(serverStatic.publicKey());
        state.mixKey(Curve25519.agree(serverStatic.privateKey(), clientEphemeral));
        byte[] encryptedChain = state.encryptAndHash(certChain);
        return HandshakeMessage.newBuilder()
                .setServerHello(HandshakeMessage.ServerHello.newBuilder()
                        .setEphemeral(ByteString.copyFrom(e.publicKey()))
                        .setStatic(ByteString.copyFrom(encryptedStatic))
                        .setPayload(ByteString.copyFrom(encryptedChain)))
                .build()
                .toByteArray();
    }

    /**
     * Takes the client's last message.
     *
     * @param clientFinish the payload of the second frame from the client
     * @return who the client is and what it asks for
     * @throws ProtocolViolationException if the message is malformed, truncated or does not open
     * @throws IllegalStateException if called out of order
     */
    public NoiseClientIdentity onClientFinish(byte[] clientFinish) {
        advance(Step.HELLO_SENT, Step.FINISHED);
        KeyPair e = Objects.requireNonNull(ephemeral);
        HandshakeMessage message = NoiseXx.parse(clientFinish, "client finish");
        if (!message.hasClientFinish()) {
            throw new ProtocolViolationException("the client's second message is not a client finish");
        }
        HandshakeMessage.ClientFinish finish = message.getClientFinish();
        byte[] sealedStatic =
                NoiseXx.field(finish.getStatic(), NoiseXx.SEALED_KEY_BYTES, "the client finish's static key");
        byte[] sealedPayload = NoiseXx.sealedField(finish.getPayload(), "the client finish's payload");
        byte[] clientStatic = NoiseXx.open(state, sealedStatic, "the client finish's static key");
        state.mixKey(Curve25519.agree(e.privateKey(), clientStatic));
        byte[] payload = NoiseXx.open(state, sealedPayload, "the client finish's payload");
        return new NoiseClientIdentity(clientStatic, payload);
    }

    /**
     * The transport keys.
     *
     * @return the two ciphers of this side
     * @throws IllegalStateException if the handshake is not finished, or called before
     */
    public NoiseTransport split() {
        advance(Step.FINISHED, Step.SPLIT);
        byte[][] keys = state.split();
        return new NoiseTransport(new CipherState(keys[1]), new CipherState(keys[0]));
    }

    /**
     * The state so far.
     *
     * @return the state itself, not a copy
     */
    public SymmetricState state() {
        return state;
    }

    private void advance(Step from, Step to) {
        if (step != from) {
            throw new IllegalStateException("the handshake is at " + step + ", not at " + from);
        }
        step = to;
    }
}
