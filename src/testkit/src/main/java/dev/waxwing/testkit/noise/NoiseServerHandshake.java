package dev.waxwing.testkit.noise;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.noise.HandshakeState;
import dev.waxwing.internal.noise.HandshakeState.Step;
import dev.waxwing.internal.noise.NoiseTransport;
import dev.waxwing.internal.noise.SymmetricState;
import dev.waxwing.proto.wa6.HandshakeMessage;
import dev.waxwing.proto.wa6.HandshakeMessage.ClientHello;
import dev.waxwing.proto.wa6.HandshakeMessage.ServerHello;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The responder of the handshake, for the loopback server: {@link #onClientHello}, {@link #onClientFinish} unless
 * {@link #resumed()} tells who the client is already, {@link #split()}, each once and in this order.
 *
 * <p>The pattern is XX. A client that knows this server's static key may resume by IK: its hello carries its static key
 * and its payload already. If that does not open, because the client knows another key, or if the server is told to
 * decline, the answer is a full server hello, with which both go on as XXfallback in the same round trip.
 *
 * <p>One instance serves one connection; not safe for several threads.
 */
public final class NoiseServerHandshake {

    private final KeyPair serverStatic;
    private final byte[] certChain;
    private final HandshakeState state;
    private boolean declines;
    private int messages;
    private @Nullable NoiseClientIdentity resumed;

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
        this.state = HandshakeState.responder(serverStatic, ephemerals);
    }

    /** Answers a client that would resume with a full server hello, whatever key it knows. Before the first message. */
    public void declineToResume() {
        declines = true;
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
        state.advance(Step.START, Step.HELLO_SENT);
        HandshakeMessage message = HandshakeState.parse(clientHello, "client hello");
        if (!message.hasClientHello()) {
            throw new ProtocolViolationException("the client's first message is not a client hello");
        }
        ClientHello hello = message.getClientHello();
        ServerHello.Builder answer = ServerHello.newBuilder();
        if (hello.hasStatic() && opensForThisKey(hello)) {
            answer.setEphemeral(state.writeE());
            state.ee();
            state.se();
            answer.setPayload(state.writePayload(certChain));
            state.advance(Step.HELLO_SENT, Step.FINISHED);
        } else {
            if (!hello.hasStatic()) {
                readEphemeral(hello);
            }
            answer.setEphemeral(state.writeE());
            state.ee();
            answer.setStatic(state.writeS());
            state.es();
            answer.setPayload(state.writePayload(certChain));
        }
        messages = 2;
        return HandshakeMessage.newBuilder().setServerHello(answer).build().toByteArray();
    }

    /** Reads a hello of IK. If it is for another key, or must not be taken, the state has fallen back afterwards. */
    private boolean opensForThisKey(ClientHello hello) {
        state.resume(serverStatic.publicKey());
        readEphemeral(hello);
        try {
            if (!declines) {
                state.es();
                state.readS(hello.getStatic(), "the client hello's static key");
                state.ss();
                byte[] payload = state.readPayload(hello.getPayload(), "the client hello's payload");
                resumed = new NoiseClientIdentity(state.remoteStatic(), payload);
                return true;
            }
        } catch (ProtocolViolationException e) {
            // The client sealed it for another key.
        }
        state.fallBack();
        return false;
    }

    private void readEphemeral(ClientHello hello) {
        state.readE(hello.getEphemeral(), "the client hello's ephemeral key");
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
        state.advance(Step.HELLO_SENT, Step.FINISHED);
        HandshakeMessage message = HandshakeState.parse(clientFinish, "client finish");
        if (!message.hasClientFinish()) {
            throw new ProtocolViolationException("the client's second message is not a client finish");
        }
        HandshakeMessage.ClientFinish finish = message.getClientFinish();
        state.readS(finish.getStatic(), "the client finish's static key");
        state.se();
        byte[] payload = state.readPayload(finish.getPayload(), "the client finish's payload");
        messages++;
        return new NoiseClientIdentity(state.remoteStatic(), payload);
    }

    /**
     * Who the client is, if its first message resumed an earlier connection; there is no last message then.
     *
     * @return empty if the client finish is still to come
     */
    public Optional<NoiseClientIdentity> resumed() {
        return Optional.ofNullable(resumed);
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
     * How the handshake went so far.
     *
     * @return the pattern and the number of messages, in both directions together
     */
    public NoiseCourse course() {
        String pattern = switch (state.pattern()) {
            case XX -> "XX";
            case IK -> "IK";
            case XX_FALLBACK -> "XXfallback";
        };
        return new NoiseCourse(pattern, messages);
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
