package dev.waxwing.testkit.server;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.noise.NoiseClientIdentity;
import dev.waxwing.proto.wa6.ClientPayload;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: the end of its pipeline, and what the server sends it. Belongs to the world's thread.
 *
 * <p>It keeps the order: what is sent first is written first, and a stanza is handled to its end before the next one.
 */
public final class ServerConnection extends SimpleChannelInboundHandler<Node> {

    /** A pre-key message ends with the ids of keys, which must stay right for the rest to be found wrong. */
    private static final int KEY_IDS_BYTES = 15;

    private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

    private static final int MAX_PENDING_QUESTIONS = 1000;
    private static final Duration LONGEST_HOLD = Duration.ofSeconds(1);

    private final World world;
    private final int id;
    private final Channel channel;
    private final FrameFaults frameFaults;
    private final Map<String, Consumer<Node>> pending = new HashMap<>();
    private final HeldStanzas held = new HeldStanzas();
    private @Nullable Device device;
    /** What a close waits for. */
    private ChannelFuture lastWrite;

    private boolean strict;
    private boolean gone;

    ServerConnection(World world, int id, Channel channel, FrameFaults frameFaults) {
        this.world = world;
        this.id = id;
        this.channel = channel;
        this.frameFaults = frameFaults;
        this.lastWrite = channel.newSucceededFuture();
        this.strict = world.isStrict();
    }

    /**
     * The state it is part of.
     *
     * @return the world
     */
    public World world() {
        return world;
    }

    /**
     * What the journal knows it by.
     *
     * @return counts from 1
     */
    public int id() {
        return id;
    }

    /**
     * Who it is.
     *
     * @return the device, or nothing before the login
     */
    public Optional<Device> device() {
        return Optional.ofNullable(device);
    }

    /**
     * Whether odd input is answered as the real service answers it.
     *
     * @return true in strict mode
     */
    public boolean isStrict() {
        return strict;
    }

    /**
     * Sets the mode of this connection.
     *
     * @param strict whether odd input is answered as the real service answers it
     */
    public void strict(boolean strict) {
        this.strict = strict;
    }

    /**
     * Whether it still stands.
     *
     * @return false once the socket is closed
     */
    public boolean isOpen() {
        return !gone && channel.isActive();
    }

    /**
     * Sends a stanza, unless a fault rule has other plans. Nothing happens if the connection is gone; a client that leaves tens of megabytes unread is
     * cut off.
     *
     * @param stanza complete
     */
    public void send(Node stanza) {
        pass(Direction.OUT, stanza);
    }

    /**
     * Sends an iq and waits for its answer.
     *
     * @param iq complete, with an id
     * @param onAnswer told the result or error; never, if none comes
     */
    public void ask(Node iq, Consumer<Node> onAnswer) {
        if (pending.size() >= MAX_PENDING_QUESTIONS) {
            throw new IllegalStateException("client " + id + " owes " + pending.size() + " answers already");
        }
        pending.put(iq.requireAttr("id"), onAnswer);
        send(iq);
    }

    /**
     * Runs something when the network has taken all that was sent so far and whoever else has something to do had a turn.
     *
     * @param task what to do; never run if the connection is gone by then
     */
    public void whenWritten(Runnable task) {
        lastWrite.addListener(written -> {
            if (isOpen()) {
                world.later(Duration.ZERO, task);
            }
        });
    }

    /**
     * Ends the stream with {@code <stream:error>} and closes.
     *
     * @param code its code, or nothing
     * @param child its child, or nothing
     */
    public void streamError(Optional<Integer> code, Optional<Node> child) {
        Node.Builder error = Node.builder("stream:error");
        code.ifPresent(value -> error.attr("code", value));
        child.ifPresent(error::child);
        go(Direction.OUT, error.build(), "");
        close(0);
    }

    /**
     * Closes the connection after all that was sent is out.
     *
     * @param code WebSocket close code, or 0 to close the socket without a word
     */
    public void close(int code) {
        if (code != 0) {
            writeOut(new CloseWebSocketFrame(code, ""));
        }
        lastWrite.addListener(ChannelFutureListener.CLOSE);
    }

    /**
     * Seals and sends a frame that need be no stanza.
     *
     * @param plaintext what the client finds when it has opened the frame: the flag byte, then the encoded node
     */
    public void sendFrame(byte[] plaintext) {
        writeOut(Unpooled.wrappedBuffer(plaintext));
    }

    /** Reads and writes nothing from here on, without closing. */
    public void goSilent() {
        frameFaults.goSilent();
    }

    void connected(Device device) {
        this.device = device;
        device.connected(this);
    }

    /** The handshake is done: the payload tells whether the client wants to be linked or to log in. */
    void identified(NoiseClientIdentity client) {
        try {
            ClientPayload payload = ClientPayload.parseFrom(client.payload());
            if (payload.hasDevicePairingData()) {
                world.pairing().offer(this, client.clientStatic(), payload);
            } else {
                world.logins().login(this, client.clientStatic(), payload);
            }
        } catch (InvalidProtocolBufferException | ProtocolViolationException e) {
            LOG.debug("client {} sent no usable payload", id, e);
            close(0);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Node stanza) {
        pass(Direction.IN, stanza);
    }

    private void pass(Direction direction, Node stanza) {
        Optional<FaultAction> fault = world.faults().judge(this, direction, stanza);
        if (fault.isPresent() && fault.get() instanceof FaultAction.Reorder reorder) {
            hold(direction, stanza, reorder.behind());
            return;
        }
        if (fault.isEmpty()) {
            go(direction, stanza, "");
        } else {
            spoil(fault.get(), direction, stanza);
        }
        held.passed(direction, stanza.tag()).forEach(overtaken -> go(direction, overtaken, "reordered"));
    }

    private void hold(Direction direction, Node stanza, int behind) {
        HeldStanzas.Held one = held.hold(direction, stanza, behind);
        world.later(LONGEST_HOLD, () -> {
            if (held.release(one)) {
                go(direction, stanza, "reordered");
            }
        });
    }

    private void spoil(FaultAction fault, Direction direction, Node stanza) {
        if (fault instanceof FaultAction.Delay delay) {
            world.later(delay.by(), () -> go(direction, stanza, "delayed"));
        } else if (fault instanceof FaultAction.Duplicate) {
            go(direction, stanza, "");
            go(direction, stanza, "duplicated");
        } else if (fault instanceof FaultAction.CorruptCiphertext) {
            go(direction, withSpoiledCiphertexts(stanza), "ciphertext corrupted");
        } else if (fault instanceof FaultAction.Withhold withhold) {
            go(direction, withoutCiphertexts(stanza, withhold.type()), "withheld");
        } else if (fault instanceof FaultAction.Corrupt && direction == Direction.OUT) {
            frameFaults.corruptNext();
            go(direction, stanza, "corrupted");
        } else {
            world.journal().record(this, direction, stanza, "lost");
            if (fault instanceof FaultAction.Close close) {
                close(close.code());
            } else if (fault instanceof FaultAction.StreamError error) {
                streamError(Optional.of(error.code()), Optional.empty());
            } else if (fault instanceof FaultAction.Corrupt) {
                close(0);
            } else if (fault instanceof FaultAction.GoSilent) {
                goSilent();
            } else if (fault instanceof FaultAction.Refuse refuse
                    && stanza.tag().equals("iq")) {
                new IqExchange(this, stanza).error(refuse.code(), refuse.text());
            }
        }
    }

    private static Node withoutCiphertexts(Node message, String type) {
        List<Node> children = new ArrayList<>(message.children());
        children.removeIf(child -> child.tag().equals("enc") || child.tag().equals("device-identity"));
        children.add(Node.builder("unavailable")
                .attrIfPresent("type", type.isEmpty() ? null : type)
                .build());
        return message.toBuilder().children(children).build();
    }

    private static Node withSpoiledCiphertexts(Node node) {
        byte[] bytes = node.bytes();
        if (bytes == null) {
            return node.toBuilder()
                    .children(node.children().stream()
                            .map(ServerConnection::withSpoiledCiphertexts)
                            .toList())
                    .build();
        }
        if (!node.tag().equals("enc") || bytes.length <= KEY_IDS_BYTES) {
            return node;
        }
        byte[] spoiled = bytes.clone();
        spoiled[bytes.length - 1 - KEY_IDS_BYTES] ^= 1;
        return node.toBuilder().bytes(spoiled).build();
    }

    private void go(Direction direction, Node stanza, String note) {
        if (!isOpen()) {
            return;
        }
        JournalEntry entry = world.journal().record(this, direction, stanza, note);
        if (direction == Direction.OUT) {
            write(stanza);
        } else {
            handle(stanza, entry);
        }
    }

    private void write(Node stanza) {
        if (!channel.isWritable()) {
            LOG.warn("client {} does not read; closing", id);
            channel.close();
            return;
        }
        writeOut(stanza).addListener(written -> {
            if (written.cause() instanceof IllegalArgumentException e) {
                LOG.warn("cannot write {} to client {}", stanza, id, e);
            }
        });
    }

    private ChannelFuture writeOut(Object message) {
        lastWrite = channel.writeAndFlush(message);
        return lastWrite;
    }

    private void handle(Node stanza, JournalEntry entry) {
        boolean handled;
        try {
            handled = stanza.tag().equals("iq") ? handleIq(stanza) : handleOther(stanza);
        } catch (ProtocolViolationException e) {
            LOG.debug("client {} sent a malformed {}", id, stanza, e);
            handled = false;
        } catch (RuntimeException e) {
            LOG.warn("handling {} of client {} failed", stanza, id, e);
            handled = false;
        }
        if (!handled) {
            world.journal().recordUnhandled(entry);
        }
    }

    private boolean handleOther(Node stanza) {
        Device from = device;
        if (from == null) {
            // A client that is being linked acks notifications, and Baileys announces a session before it is told to
            // come
            // back; anything else has to wait for the login.
            return stanza.tag().equals("ack") || stanza.child("unified_session") != null;
        }
        return world.registry().take(from, stanza);
    }

    private boolean handleIq(Node iq) {
        String type = iq.requireAttr("type");
        if (type.equals("result") || type.equals("error")) {
            Consumer<Node> waiting = pending.remove(iq.requireAttr("id"));
            if (waiting != null) {
                waiting.accept(iq);
            }
            return waiting != null;
        }
        IqExchange exchange = new IqExchange(this, iq);
        try {
            if (world.registry().answer(exchange)) {
                return true;
            }
        } catch (ProtocolViolationException e) {
            exchange.error(400, "bad-request");
            throw e;
        } catch (RuntimeException e) {
            exchange.error(500, "internal-server-error");
            throw e;
        }
        if (strict) {
            exchange.error(501, "feature-not-implemented");
        } else {
            exchange.reply();
        }
        return false;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone = true;
        pending.clear();
        held.clear();
        world.connections().gone(this);
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("client {} broke the stream", id, cause);
        if (cause instanceof ProtocolViolationException && isOpen()) {
            // Comes from the node decoder; a frame that does not open has closed the channel already, without a word.
            streamError(
                    Optional.empty(),
                    Optional.of(Node.builder("xml-not-well-formed").build()));
        } else {
            ctx.close();
        }
    }

    @Override
    public String toString() {
        return "ServerConnection[" + id + " " + (device == null ? "-" : device.phoneNumberJid()) + "]";
    }
}
