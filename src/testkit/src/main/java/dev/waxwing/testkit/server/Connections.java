package dev.waxwing.testkit.server;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.binary.NodeCodec;
import dev.waxwing.internal.noise.FrameLengthCodec;
import dev.waxwing.internal.noise.NoiseHandshakeHandler;
import dev.waxwing.internal.noise.NoiseServerHandshakeHandler;
import dev.waxwing.model.Jid;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** The clients that are connected, and what can be done to them. Public methods may be called from any thread. */
public final class Connections {

    private final World world;
    private final NoiseIdentity noise;
    private final Map<Integer, ServerConnection> live = new LinkedHashMap<>();
    private final Map<Jid, Integer> failures = new HashMap<>();
    private final List<CompletableFuture<Void>> idleWaiters = new ArrayList<>();
    private int lastId;

    Connections(World world, NoiseIdentity noise) {
        this.world = world;
        this.noise = noise;
    }

    /**
     * One client that is connected.
     *
     * @param id what the journal knows the connection by
     * @param device who it is, by phone number; absent before login
     * @param active whether it takes live traffic
     */
    public record Info(int id, Optional<Jid> device, boolean active) {}

    /**
     * Who is connected.
     *
     * @return in order of arrival; a snapshot
     */
    public List<Info> list() {
        return world.ask(() -> live.values().stream()
                .map(connection -> new Info(
                        connection.id(),
                        connection.device().map(Device::phoneNumberJid),
                        connection.device().filter(Device::isActive).isPresent()))
                .toList());
    }

    /**
     * Waits until no client is connected.
     *
     * @return completes on the server's thread, at once if none is
     */
    public CompletableFuture<Void> whenNone() {
        CompletableFuture<Void> idle = new CompletableFuture<>();
        world.tell(() -> {
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
        with(device, ServerConnection::goSilent);
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
                                .attr("id", world.nextId())
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
        world.ask(() -> failures.put(companion(device).phoneNumberJid(), reason));
    }

    private interface Deed {
        void to(ServerConnection connection);
    }

    private void with(Jid device, Deed deed) {
        world.ask(() -> {
            deed.to(companion(device)
                    .connection()
                    .orElseThrow(() -> new IllegalStateException(device + " is not connected")));
            return true;
        });
    }

    private Device companion(Jid device) {
        return world.accounts()
                .findDevice(device)
                .orElseThrow(() -> new IllegalArgumentException("there is no device " + device));
    }

    byte[] noiseRootPublicKey() {
        return noise.rootPublicKey();
    }

    Optional<Integer> takeFailure(Device device) {
        return Optional.ofNullable(failures.remove(device.phoneNumberJid()));
    }

    /** Takes over a socket that has become a WebSocket. */
    void accept(ChannelHandlerContext ctx) {
        Channel channel = ctx.channel();
        FrameFaults frameFaults = new FrameFaults();
        Optional<HandshakeFault> fault = world.faults().takeHandshake();
        if (fault.filter(HandshakeFault.SILENT::equals).isPresent()) {
            frameFaults.goSilent();
        } else if (fault.filter(HandshakeFault.TRUNCATED::equals).isPresent()) {
            frameFaults.truncateNext();
        }
        ServerConnection connection = new ServerConnection(world, ++lastId, channel, frameFaults);
        live.put(connection.id(), connection);
        channel.pipeline()
                .addLast(new WebSocketByteStream())
                .addLast(frameFaults)
                .addLast(FrameLengthCodec.server())
                .addLast(new NoiseServerHandshakeHandler(
                        noise.handshake(fault), connection::identified, NoiseHandshakeHandler.DEFAULT_TIMEOUT))
                .addLast(new NodeCodec())
                .addLast(connection);
    }

    void gone(ServerConnection connection) {
        live.remove(connection.id());
        world.pairing().forget(connection);
        connection.device().ifPresent(device -> {
            boolean current =
                    device.connection().filter(own -> own == connection).isPresent();
            device.disconnected(connection);
            if (current) {
                world.registry().offline(device);
            }
        });
        completeIfNone();
    }
}
