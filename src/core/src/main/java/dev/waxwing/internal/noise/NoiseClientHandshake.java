package dev.waxwing.internal.noise;

import com.google.protobuf.ByteString;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.proto.wa6.HandshakeMessage;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The initiator of {@code Noise_XX_25519_AESGCM_SHA256}, as a client of the service performs it (observed, all peers
 * alike): {@link #clientHello()}, {@link #onServerHello}, {@link #split()}, each once and in this order.
 *
 * <p>Messages are encoded {@code HandshakeMessage}s without frame length or intro. One instance serves one connection;
 * not safe for several threads. After an exception it is of no further use.
 */
public final class NoiseClientHandshake {

    private enum Step {
        START,
        HELLO_SENT,
        FINISHED,
        SPLIT
    }

    private final KeyPair noiseStatic;
    private final CertificateVerifier verifier;
    private final Supplier<KeyPair> ephemerals;
    private final SymmetricState state = NoiseXx.start();
    private @Nullable KeyPair ephemeral;
    private Step step = Step.START;

    /**
     * Prepares a handshake.
     *
     * @param noiseStatic the long-term Noise key pair of the account's credentials
     * @param verifier judges the server's certificate chain
     */
    public NoiseClientHandshake(KeyPair noiseStatic, CertificateVerifier verifier) {
        this(noiseStatic, verifier, Curve25519::generate);
    }

    /**
     * Prepares a handshake with a chosen source of ephemeral keys, for tests.
     *
     * @param noiseStatic the long-term Noise key pair of the account's credentials
     * @param verifier judges the server's certificate chain
     * @param ephemerals asked once for the ephemeral key pair, which must be fresh
     */
    public NoiseClientHandshake(KeyPair noiseStatic, CertificateVerifier verifier, Supplier<KeyPair> ephemerals) {
        this.noiseStatic = Objects.requireNonNull(noiseStatic, "noiseStatic");
        this.verifier = Objects.requireNonNull(verifier, "verifier");
        this.ephemerals = Objects.requireNonNull(ephemerals, "ephemerals");
    }

    /**
     * The first message.
     *
     * @return the client hello, to be sent behind the intro
     * @throws IllegalStateException if called before
     */
    public byte[] clientHello() {
        advance(Step.START, Step.HELLO_SENT);
        KeyPair e = Objects.requireNonNull(ephemerals.get(), "ephemeral");
        ephemeral = e;
        state.mixHash(e.publicKey());
        return HandshakeMessage.newBuilder()
                .setClientHello(
                        HandshakeMessage.ClientHello.newBuilder().setEphemeral(ByteString.copyFrom(e.publicKey())))
                .build()
                .toByteArray();
    }

    /**
     * Takes the server's answer, verifies the certificate chain and builds the last message.
     *
     * @param serverHello the payload of the first frame from the server
     * @param clientPayload the encoded login or registration payload
     * @return the client finish
     * @throws ProtocolViolationException if the answer is malformed, truncated or does not open
     * @throws dev.waxwing.error.ServerNotTrustedException if the certificate chain fails a check
     * @throws IllegalStateException if called out of order
     */
    public byte[] onServerHello(byte[] serverHello, byte[] clientPayload) {
        advance(Step.HELLO_SENT, Step.FINISHED);
        KeyPair e = Objects.requireNonNull(ephemeral);
        HandshakeMessage message = NoiseXx.parse(serverHello, "server hello");
        if (!message.hasServerHello()) {
            throw new ProtocolViolationException("the server's first message is not a server hello");
        }
        HandshakeMessage.ServerHello hello = message.getServerHello();
        byte[] serverEphemeral =
                NoiseXx.field(hello.getEphemeral(), Curve25519.KEY_BYTES, "the server hello's ephemeral key");
        byte[] sealedStatic =
                NoiseXx.field(hello.getStatic(), NoiseXx.SEALED_KEY_BYTES, "the server hello's static key");
        byte[] sealedChain = NoiseXx.sealedField(hello.getPayload(), "the server hello's payload");

        state.mixHash(serverEphemeral);
        state.mixKey(Curve25519.agree(e.privateKey(), serverEphemeral));
        byte[] serverStatic = NoiseXx.open(state, sealedStatic, "the server hello's static key");
        state.mixKey(Curve25519.agree(e.privateKey(), serverStatic));
        byte[] certChain = NoiseXx.open(state, sealedChain, "the server hello's payload");
        verifier.verify(certChain, serverStatic);

        byte[] encryptedStatic = state.encryptAndHash(noiseStatic.publicKey());
        state.mixKey(Curve25519.agree(noiseStatic.privateKey(), serverEphemeral));
        byte[] encryptedPayload = state.encryptAndHash(clientPayload);
        return HandshakeMessage.newBuilder()
                .setClientFinish(HandshakeMessage.ClientFinish.newBuilder()
                        .setStatic(ByteString.copyFrom(encryptedStatic))
                        .setPayload(ByteString.copyFrom(encryptedPayload)))
                .build()
                .toByteArray();
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
        return new NoiseTransport(new CipherState(keys[0]), new CipherState(keys[1]));
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
