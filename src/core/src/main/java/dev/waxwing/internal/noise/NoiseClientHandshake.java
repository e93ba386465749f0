package dev.waxwing.internal.noise;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.noise.HandshakeState.Step;
import dev.waxwing.proto.wa6.HandshakeMessage;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The initiator of the handshake, as a client of the service performs it (observed, all peers alike): {@link
 * #clientHello()}, {@link #onServerHello}, {@link #split()}, each once and in this order.
 *
 * <p>The pattern is XX, unless {@link #resume} names a server met before: then it is IK, whose first message says all,
 * and the server's answer ends it, one round trip earlier. A server that does not take that (its key is another by now,
 * or it wants to see no resumption) answers with its static key, and both go on as XXfallback, in which the server's
 * certificates are verified as in XX (whatsapp-rust and zapo do the same).
 *
 * <p>Messages are encoded {@code HandshakeMessage}s without frame length or intro. One instance serves one connection;
 * not safe for several threads. After an exception it is of no further use.
 */
public final class NoiseClientHandshake {

    private final HandshakeState state;
    private final CertificateVerifier verifier;
    private final byte[] clientPayload;
    private byte @Nullable [] knownServer;
    private byte @Nullable [] certChain;
    private boolean triedToResume;

    /**
     * Prepares a handshake.
     *
     * @param noiseStatic the long-term Noise key pair of the account's credentials
     * @param verifier judges the server's certificate chain
     * @param clientPayload the encoded login or registration payload
     */
    public NoiseClientHandshake(KeyPair noiseStatic, CertificateVerifier verifier, byte[] clientPayload) {
        this(noiseStatic, verifier, clientPayload, Curve25519::generate);
    }

    /**
     * Prepares a handshake with a chosen source of ephemeral keys, for tests.
     *
     * @param noiseStatic the long-term Noise key pair of the account's credentials
     * @param verifier judges the server's certificate chain
     * @param clientPayload the encoded login or registration payload
     * @param ephemerals asked once for the ephemeral key pair, which must be fresh
     */
    public NoiseClientHandshake(
            KeyPair noiseStatic, CertificateVerifier verifier, byte[] clientPayload, Supplier<KeyPair> ephemerals) {
        this.state = HandshakeState.initiator(noiseStatic, ephemerals);
        this.verifier = verifier;
        this.clientPayload = clientPayload.clone();
    }

    /**
     * Names the server of an earlier connection; before {@link #clientHello()}. The chain is verified once more: if it
     * has expired, or is not under the root that is trusted now, the handshake stays XX.
     *
     * @param earlierCertChain what {@link #certChain()} of the earlier handshake was
     */
    public void resume(byte[] earlierCertChain) {
        knownServer = verifier.keyIfValid(earlierCertChain).orElse(null);
    }

    /**
     * The first message.
     *
     * @return the client hello, to be sent behind the intro
     * @throws IllegalStateException if called before
     */
    public byte[] clientHello() {
        state.advance(Step.START, Step.HELLO_SENT);
        HandshakeMessage.ClientHello.Builder hello = HandshakeMessage.ClientHello.newBuilder();
        byte[] server = knownServer;
        if (server == null) {
            hello.setEphemeral(state.writeE());
        } else {
            triedToResume = true;
            state.resume(server);
            hello.setEphemeral(state.writeE());
            state.es();
            hello.setStatic(state.writeS());
            state.ss();
            hello.setPayload(state.writePayload(clientPayload));
        }
        return HandshakeMessage.newBuilder().setClientHello(hello).build().toByteArray();
    }

    /**
     * Takes the server's answer. Unless the server resumed, this verifies its certificate chain and builds the last
     * message.
     *
     * @param serverHello the payload of the first frame from the server
     * @return the client finish; null if the server resumed and waits for none
     * @throws ProtocolViolationException if the answer is malformed, truncated or does not open
     * @throws dev.waxwing.error.ServerNotTrustedException if the certificate chain fails a check
     * @throws IllegalStateException if called out of order
     */
    public byte @Nullable [] onServerHello(byte[] serverHello) {
        state.advance(Step.HELLO_SENT, Step.FINISHED);
        HandshakeMessage message = HandshakeState.parse(serverHello, "server hello");
        if (!message.hasServerHello()) {
            throw new ProtocolViolationException("the server's first message is not a server hello");
        }
        HandshakeMessage.ServerHello hello = message.getServerHello();
        if (triedToResume && !hello.hasStatic()) {
            onResumed(hello);
            return null;
        }
        if (triedToResume) {
            state.fallBack();
        }
        return onFullHello(hello);
    }

    /**
     * Only who holds the key that was verified can seal the payload for this client's two keys. What is in it tells no
     * more: it is not judged, as nobody does.
     */
    private void onResumed(HandshakeMessage.ServerHello hello) {
        state.readE(hello.getEphemeral(), "the server hello's ephemeral key");
        state.ee();
        state.se();
        state.readPayload(hello.getPayload(), "the server hello's payload");
    }

    private byte[] onFullHello(HandshakeMessage.ServerHello hello) {
        state.readE(hello.getEphemeral(), "the server hello's ephemeral key");
        state.ee();
        state.readS(hello.getStatic(), "the server hello's static key");
        state.es();
        byte[] chain = state.readPayload(hello.getPayload(), "the server hello's payload");
        verifier.verify(chain, state.remoteStatic());
        certChain = chain;

        HandshakeMessage.ClientFinish.Builder finish = HandshakeMessage.ClientFinish.newBuilder();
        finish.setStatic(state.writeS());
        state.se();
        finish.setPayload(state.writePayload(clientPayload));
        return HandshakeMessage.newBuilder().setClientFinish(finish).build().toByteArray();
    }

    /**
     * The certificate chain that was verified in this handshake, by which a later one may {@linkplain #resume resume}.
     *
     * @return the chain, shared; empty if the server resumed, or before its answer
     */
    public Optional<byte[]> certChain() {
        return Optional.ofNullable(certChain);
    }

    /**
     * Whether the first message asked the server to resume.
     *
     * @return false before {@link #clientHello()} too
     */
    public boolean triedToResume() {
        return triedToResume;
    }

    /**
     * The transport keys.
     *
     * @return the two ciphers of this side
     * @throws IllegalStateException if the handshake is not finished, or called before
     */
    public NoiseTransport split() {
        return state.split();
    }

    /**
     * The state so far.
     *
     * @return the state itself, not a copy
     */
    public SymmetricState state() {
        return state.symmetric();
    }
}
