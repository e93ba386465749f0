package dev.waxwing.testkit.server;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.binary.NodeCodec;
import dev.waxwing.internal.noise.FrameLengthCodec;
import dev.waxwing.internal.noise.NoiseHandshakeHandler;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.wa6.ClientPayload;
import dev.waxwing.testkit.http.BytesOverWebSocket;
import dev.waxwing.testkit.noise.NoiseClientIdentity;
import dev.waxwing.testkit.noise.NoiseCourse;
import dev.waxwing.testkit.noise.NoiseIdentity;
import dev.waxwing.testkit.noise.NoiseServerHandshake;
import dev.waxwing.testkit.noise.NoiseServerHandshakeHandler;
import dev.waxwing.testkit.state.ClientLink;
import dev.waxwing.testkit.state.Device;
import dev.waxwing.testkit.traffic.FrameFaults;
import dev.waxwing.testkit.traffic.HandshakeFault;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The clients that are connected, and what can be done to them. Public methods may be called from any thread. */
public final class Connections {

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final ServerState state;
    private final NoiseIdentity noise;
    private final Pairing pairing;
    private final Logins logins;
    private final Map<Integer, ServerConnection> live = new LinkedHashMap<>();
    private final List<CompletableFuture<Void>> idleWaiters = new ArrayList<>();
    private int lastId;
    private boolean strict;

    Connections(ServerState state, NoiseIdentity noise, Pairing pairing, Logins logins) {
        this.state = state;
        this.noise = noise;
        this.pairing = pairing;
        this.logins = logins;
        this.strict = state.settings().strict();
    }

    /**
     * One client that is connected.
     *
     * @param id what the journal knows the connection by
     * @param device who it is, by phone number; absent before login
     * @param active whether it takes live traffic
     * @param handshake how its handshake went; absent until that is done
     */
    public record Info(int id, Optional<Jid> device, boolean active, Optional<NoiseCourse> handshake) {}

    /**
     * Who is connected.
     *
     * @return in order of arrival; a snapshot
     */
    public List<Info> list() {
        return state.thread()
                .ask(() -> live.values().stream()
                        .map(connection -> new Info(
                                connection.id(),
                                connection.device().map(Device::phoneNumberJid),
                                connection.device().filter(Device::isActive).isPresent(),
                                connection.handshake()))
                        .toList());
    }

    /**
     * Waits until no client is connected.
     *
     * @return completes on the server's thread, at once if none is
     */
    public CompletableFuture<Void> whenNone() {
        CompletableFuture<Void> idle = new CompletableFuture<>();
        state.thread().tell(() -> {
            idleWaiters.add(idle);
            completeIfNone();
        });
        return idle;
    }

    private void completeIfNone() {
        if (live.isEmpty()) {
            List<CompletableFuture<Void>> waiters = List.copyOf(idleWaiters);
            idleWaiters.clear();
            waiters.forEach(waiter -> waiter.complete(null));
        }
    }

    /**
     * Closes a client's connection.
     *
     * @param device its address by phone number or LID, with the device
     * @param code WebSocket close code, or 0 to close the socket without a word
     */
    public void close(Jid device, int code) {
        with(device, connection -> connection.close(code));
    }

    /**
     * Ends a client's stream by {@code <stream:error code>}.
     *
     * @param device its address by phone number or LID, with the device
     * @param code as 503
     */
    public void streamError(Jid device, int code) {
        with(device, connection -> connection.streamError(Optional.of(code), Optional.empty()));
    }

    /**
     * Ends a client's stream by {@code <stream:error><conflict type/></stream:error>}.
     *
     * @param device its address by phone number or LID, with the device
     * @param code of the error, if it has one
     * @param type {@code replaced} or {@code device_removed}
     */
    public void conflict(Jid device, OptionalInt code, String type) {
        Node conflict = Node.builder("conflict").attr("type", type).build();
        with(
                device,
                connection -> connection.streamError(
                        code.isPresent() ? Optional.of(code.getAsInt()) : Optional.empty(), Optional.of(conflict)));
    }

    /**
     * Sends a client any stanza.
     *
     * @param device its address by phone number or LID, with the device
     * @param stanza complete
     */
    public void send(Jid device, Node stanza) {
        with(device, connection -> connection.send(stanza));
    }

    /**
     * Seals and sends a client a frame that need be no stanza.
     *
     * @param device its address by phone number or LID, with the device
     * @param plaintext what it finds in the frame: the flag byte, then the encoded node
     */
    public void sendFrame(Jid device, byte[] plaintext) {
        with(device, connection -> connection.sendFrame(plaintext));
    }

    /**
     * Stops reading from and writing to a client without closing.
     *
     * @param device its address by phone number or LID, with the device
     */
    public void goSilent(Jid device) {
        with(device, ClientLink::goSilent);
    }

    /**
     * Sets the mode of a client's connection.
     *
     * @param device its address by phone number or LID, with the device
     * @param strict whether odd input is answered as the real service answers it
     */
    public void strict(Jid device, boolean strict) {
        with(device, connection -> connection.strict(strict));
    }

    /**
     * Asks a client whether it is there, as the service does.
     *
     * @param device its address by phone number or LID, with the device
     * @return completes with the answer, on the server's thread
     */
    public CompletableFuture<Node> ping(Jid device) {
        CompletableFuture<Node> answer = new CompletableFuture<>();
        with(
                device,
                connection -> connection.ask(
                        Node.builder("iq")
                                .attr("from", Jid.SERVER)
                                .attr("type", "get")
                                .attr("xmlns", "urn:xmpp:ping")
                                .attr("id", state.nextId())
                                .build(),
                        answer::complete));
        return answer;
    }

    /**
     * Refuses the next login of a device with {@code <failure reason>}.
     *
     * @param device its address by phone number or LID, with the device
     * @param reason as 405
     */
    public void failNextLogin(Jid device, int reason) {
        state.thread().ask(() -> {
            logins.failNext(companion(device), reason);
            return true;
        });
    }

    private interface Deed {
        void to(ClientLink connection);
    }

    private void with(Jid device, Deed deed) {
        state.thread().ask(() -> {
            deed.to(companion(device)
                    .connection()
                    .orElseThrow(() -> new IllegalStateException(device + " is not connected")));
            return true;
        });
    }

    private Device companion(Jid device) {
        return state.accounts()
                .findDevice(device)
                .orElseThrow(() -> new IllegalArgumentException("there is no device " + device));
    }

    void renewNoiseKey() {
        noise.renewStaticKey();
    }

    byte[] noiseRootPublicKey() {
        return noise.rootPublicKey();
    }

    boolean isStrict() {
        return strict;
    }

    /** Sets the mode of connections to come. */
    void strict(boolean strict) {
        this.strict = strict;
    }

    /** Takes over a socket that has become a WebSocket. */
    void accept(ChannelHandlerContext ctx) {
        Channel channel = ctx.channel();
        FrameFaults frameFaults = new FrameFaults();
        Optional<HandshakeFault> fault = state.faults().takeHandshake();
        if (fault.filter(HandshakeFault.SILENT::equals).isPresent()) {
            frameFaults.goSilent();
        } else if (fault.filter(HandshakeFault.TRUNCATED::equals).isPresent()) {
            frameFaults.truncateNext();
        } else if (fault.filter(HandshakeFault.GARBLED::equals).isPresent()) {
            frameFaults.corruptNext();
        }
        NoiseServerHandshake handshake = noise.handshake(fault);
        ServerConnection connection = new ServerConnection(state, ++lastId, channel, frameFaults, this::gone);
        connection.strict(strict);
        live.put(connection.id(), connection);
        channel.pipeline()
                .addLast(new BytesOverWebSocket())
                .addLast(frameFaults)
                .addLast(FrameLengthCodec.server())
                .addLast(new NoiseServerHandshakeHandler(
                        handshake,
                        client -> {
                            connection.handshake(handshake.course());
                            identified(connection, client);
                        },
                        NoiseHandshakeHandler.DEFAULT_TIMEOUT))
                .addLast(new NodeCodec())
                .addLast(connection);
    }

    /** The handshake is done: the payload tells whether the client wants to be linked or to log in. */
    private void identified(ServerConnection connection, NoiseClientIdentity client) {
        try {
            ClientPayload payload = ClientPayload.parseFrom(client.payload());
            if (payload.hasDevicePairingData()) {
                pairing.offer(connection, client.clientStatic(), payload);
            } else {
                logins.login(connection, client.clientStatic(), payload);
            }
        } catch (InvalidProtocolBufferException | ProtocolViolationException e) {
            LOG.debug("client {} sent no usable payload", connection.id(), e);
            connection.close(0);
        }
    }

    private void gone(ServerConnection connection) {
        live.remove(connection.id());
        pairing.forget(connection);
        connection.device().ifPresent(device -> {
            boolean current =
                    device.connection().filter(own -> own == connection).isPresent();
            device.disconnected(connection);
            if (current) {
                state.handlers().offline(device);
            }
        });
        completeIfNone();
    }
}
