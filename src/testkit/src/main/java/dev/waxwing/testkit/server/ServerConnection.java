package dev.waxwing.testkit.server;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.noise.NoiseCourse;
import dev.waxwing.testkit.state.ClientLink;
import dev.waxwing.testkit.state.Device;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.FrameFaults;
import dev.waxwing.testkit.traffic.HeldStanzas;
import dev.waxwing.testkit.traffic.JournalEntry;
import dev.waxwing.testkit.traffic.SpoiledStanza;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import java.time.Duration;
import java.util.HashMap;
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
final class ServerConnection extends SimpleChannelInboundHandler<Node> implements ClientLink {

    private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

    private static final int MAX_PENDING_QUESTIONS = 1000;
    private static final Duration LONGEST_HOLD = Duration.ofSeconds(1);

    /**
     * How long a client has to read why its stream ends, and to close: some read the end of the connection first
     * (whatsmeow).
     */
    private static final Duration FAREWELL = Duration.ofMillis(500);

    private final ServerState state;
    private final int id;
    private final Channel channel;
    private final FrameFaults frameFaults;
    private final Map<String, Consumer<Node>> pending = new HashMap<>();
    private final HeldStanzas held = new HeldStanzas();
    private @Nullable Device device;
    private @Nullable NoiseCourse handshake;
    /** What a close waits for. */
    private ChannelFuture lastWrite;

    private boolean strict;
    private boolean gone;
    /** The last word is out; nothing that comes after it counts. */
    private boolean ending;

    private final Consumer<ServerConnection> onGone;

    ServerConnection(
            ServerState state, int id, Channel channel, FrameFaults frameFaults, Consumer<ServerConnection> onGone) {
        this.state = state;
        this.onGone = onGone;
        this.id = id;
        this.channel = channel;
        this.frameFaults = frameFaults;
        this.lastWrite = channel.newSucceededFuture();
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public Optional<Device> device() {
        return Optional.ofNullable(device);
    }

    /** How the handshake went, once it is done. */
    Optional<NoiseCourse> handshake() {
        return Optional.ofNullable(handshake);
    }

    void handshake(NoiseCourse course) {
        handshake = course;
    }

    @Override
    public boolean isStrict() {
        return strict;
    }

    @Override
    public void strict(boolean strict) {
        this.strict = strict;
    }

    @Override
    public boolean isOpen() {
        return !gone && !ending && channel.isActive();
    }

    @Override
    public void send(Node stanza) {
        pass(Direction.OUT, stanza);
    }

    @Override
    public void ask(Node iq, Consumer<Node> onAnswer) {
        if (pending.size() >= MAX_PENDING_QUESTIONS) {
            throw new IllegalStateException("client " + id + " owes " + pending.size() + " answers already");
        }
        pending.put(iq.requireAttr("id"), onAnswer);
        send(iq);
    }

    @Override
    public void whenWritten(Runnable task) {
        lastWrite.addListener(written -> {
            if (isOpen()) {
                state.thread().later(Duration.ZERO, task);
            }
        });
    }

    @Override
    public void streamError(Optional<Integer> code, Optional<Node> child) {
        Node.Builder error = Node.builder("stream:error");
        code.ifPresent(value -> error.attr("code", value));
        child.ifPresent(error::child);
        end(error.build());
    }

    @Override
    public void end(Node lastWord) {
        go(Direction.OUT, lastWord, "");
        ending = true;
        lastWrite.addListener(written -> state.thread().later(FAREWELL, channel::close));
    }

    @Override
    public void close(int code) {
        if (code != 0) {
            writeOut(new CloseWebSocketFrame(code, ""));
        }
        lastWrite.addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void sendFrame(byte[] plaintext) {
        writeOut(Unpooled.wrappedBuffer(plaintext));
    }

    @Override
    public void goSilent() {
        frameFaults.goSilent();
    }

    /** The client has logged in. */
    void connected(Device device) {
        this.device = device;
        device.connected(this);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Node stanza) {
        pass(Direction.IN, stanza);
    }

    private void pass(Direction direction, Node stanza) {
        Optional<FaultAction> fault = state.faults().judge(this, direction, stanza);
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
        state.thread().later(LONGEST_HOLD, () -> {
            if (held.release(one)) {
                go(direction, stanza, "reordered");
            }
        });
    }

    private void spoil(FaultAction fault, Direction direction, Node stanza) {
        if (fault instanceof FaultAction.Delay delay) {
            state.thread().later(delay.by(), () -> go(direction, stanza, "delayed"));
        } else if (fault instanceof FaultAction.Duplicate) {
            go(direction, stanza, "");
            go(direction, stanza, "duplicated");
        } else if (fault instanceof FaultAction.CorruptCiphertext) {
            go(direction, SpoiledStanza.withSpoiledCiphertexts(stanza), "ciphertext corrupted");
        } else if (fault instanceof FaultAction.Rewrite rewrite) {
            go(direction, rewrite.lie().apply(stanza), "rewritten");
        } else if (fault instanceof FaultAction.Withhold withhold) {
            go(direction, SpoiledStanza.withoutCiphertexts(stanza, withhold.type()), "withheld");
        } else if (fault instanceof FaultAction.Corrupt && direction == Direction.OUT) {
            frameFaults.corruptNext();
            go(direction, stanza, "corrupted");
        } else {
            state.journal().record(this, direction, stanza, "lost");
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
                new IqExchange(this, state.clock(), stanza).error(refuse.code(), refuse.text());
            }
        }
    }

    private void go(Direction direction, Node stanza, String note) {
        if (!isOpen()) {
            return;
        }
        JournalEntry entry = state.journal().record(this, direction, stanza, note);
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
            state.journal().recordUnhandled(entry);
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
        return state.handlers().take(from, stanza);
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
        IqExchange exchange = new IqExchange(this, state.clock(), iq);
        try {
            if (state.handlers().answer(exchange)) {
                return true;
            }
        } catch (ProtocolViolationException e) {
            exchange.error(400, "bad-request");
            throw e;
        } catch (RuntimeException e) {
            exchange.error(500, "internal-server-error");
            throw e;
        }
        exchange.error(501, "feature-not-implemented");
        return false;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone = true;
        pending.clear();
        held.clear();
        onGone.accept(this);
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
