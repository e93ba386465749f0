package dev.waxwing.internal.noise;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.WaxwingException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs one side of the handshake in the pipeline, between {@link FrameLengthCodec} and what reads nodes. It starts when
 * the channel is active, gives way to {@link NoiseFrameCodec} when the keys are known, and closes the channel on any
 * failure or when the deadline passes.
 *
 * <p>Add it after the length codec is in the pipeline: on an active channel a client speaks while it is being added.
 *
 * <p>Nothing of the upper layers is sent meanwhile: a write fails. Frames that arrive before the keys are in place are
 * kept and opened then. Event loop only; the work is a few curve operations, one to two milliseconds.
 */
public abstract class NoiseHandshakeHandler extends ChannelDuplexHandler {

    /** How long a handshake may take unless told otherwise: 20 s, as whatsmeow and whatsapp-rust wait. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(20);

    /** Longest handshake message that is read, in bytes: what the Noise specification allows. */
    public static final int MAX_MESSAGE_BYTES = 65_535;

    private static final int MAX_EARLY_FRAMES = 64;

    private final Duration timeout;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final Queue<ByteBuf> early = new ArrayDeque<>();
    private @Nullable ScheduledFuture<?> deadline;
    private boolean started;
    private boolean finishing;

    /**
     * Prepares one side.
     *
     * @param timeout how long the handshake may take, positive
     */
    protected NoiseHandshakeHandler(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout");
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout must be positive but was " + timeout);
        }
        this.timeout = timeout;
    }

    /**
     * Completes on the event loop when the keys are in place and the pipeline carries nodes.
     *
     * @return the outcome; it fails with {@link ProtocolViolationException}, {@link
     *     dev.waxwing.error.ServerNotTrustedException} or, on a timeout or a lost connection, {@link
     *     ConnectionLostException}
     */
    public final CompletableFuture<Void> done() {
        return done;
    }

    /**
     * Sends the first message, if this side has it.
     *
     * @param ctx this handler's place in the pipeline
     */
    protected abstract void start(ChannelHandlerContext ctx);

    /**
     * Takes one message of the peer, already out of its frame; {@link #finish} ends the handshake.
     *
     * @param ctx this handler's place in the pipeline
     * @param message the message's bytes
     */
    protected abstract void onMessage(ChannelHandlerContext ctx, byte[] message);

    @Override
    public final void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            begin(ctx);
        }
    }

    @Override
    public final void channelActive(ChannelHandlerContext ctx) {
        begin(ctx);
        ctx.fireChannelActive();
    }

    private void begin(ChannelHandlerContext ctx) {
        if (started) {
            return;
        }
        started = true;
        deadline = ctx.executor()
                .schedule(
                        () -> fail(ctx, new ConnectionLostException("no handshake within " + timeout)),
                        timeout.toNanos(),
                        TimeUnit.NANOSECONDS);
        guarded(ctx, () -> start(ctx));
    }

    @Override
    public final void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (!(msg instanceof ByteBuf frame)) {
            ctx.fireChannelRead(msg);
            return;
        }
        if (done.isCompletedExceptionally()) {
            frame.release();
            return;
        }
        if (finishing) {
            keep(ctx, frame);
            return;
        }
        byte[] message;
        try {
            int length = frame.readableBytes();
            if (length > MAX_MESSAGE_BYTES) {
                fail(ctx, new ProtocolViolationException("handshake message of " + length + " bytes"));
                return;
            }
            message = ByteBufUtil.getBytes(frame);
        } finally {
            frame.release();
        }
        guarded(ctx, () -> onMessage(ctx, message));
    }

    private void keep(ChannelHandlerContext ctx, ByteBuf frame) {
        if (early.size() >= MAX_EARLY_FRAMES) {
            frame.release();
            fail(ctx, new ProtocolViolationException("more than " + MAX_EARLY_FRAMES + " frames before the keys"));
            return;
        }
        early.add(frame);
    }

    /** Runs once the frame codec is in place and before any frame is opened; what it throws ends the connection. */
    protected void onKeys() {}

    /**
     * From here on frames belong to the transport phase; to be called before the message is sent that lets the peer
     * start it.
     */
    protected final void expectTransportFrames() {
        finishing = true;
    }

    /**
     * Sends one handshake message.
     *
     * @param ctx this handler's place in the pipeline
     * @param message the message's bytes
     */
    protected final void send(ChannelHandlerContext ctx, byte[] message) {
        ctx.writeAndFlush(Unpooled.wrappedBuffer(message)).addListener((ChannelFutureListener) written -> {
            if (!written.isSuccess()) {
                fail(ctx, new ConnectionLostException("a handshake message could not be sent", written.cause()));
            }
        });
    }

    /**
     * Puts the frame codec in this handler's place, completes {@link #done()} and opens the frames that came early,
     * those that come while the listeners of {@code done()} run included.
     *
     * @param ctx this handler's place in the pipeline
     * @param transport the keys of the transport phase
     */
    protected final void finish(ChannelHandlerContext ctx, NoiseTransport transport) {
        if (done.isDone()) {
            return; // a write failed and closed the channel meanwhile
        }
        cancelDeadline();
        NoiseFrameCodec codec = new NoiseFrameCodec(transport);
        ctx.pipeline().addAfter(ctx.name(), null, codec);
        ChannelHandlerContext codecContext = ctx.pipeline().context(codec);
        onKeys();
        done.complete(null);
        for (ByteBuf frame = early.poll(); frame != null; frame = early.poll()) {
            codec.channelRead(codecContext, frame);
        }
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }

    private void guarded(ChannelHandlerContext ctx, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            fail(ctx, e);
        }
    }

    /**
     * Ends the handshake and the connection.
     *
     * @param ctx this handler's place in the pipeline
     * @param cause why
     */
    protected final void fail(ChannelHandlerContext ctx, Throwable cause) {
        if (done.isDone()) {
            return;
        }
        cancelDeadline();
        releaseEarly();
        done.completeExceptionally(
                cause instanceof WaxwingException
                        ? cause
                        : new ConnectionLostException("the connection failed during the handshake", cause));
        ctx.close();
    }

    @Override
    public final void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (!(msg instanceof ByteBuf)) {
            ctx.write(msg, promise); // a control message of the layer below, such as a close frame
            return;
        }
        ReferenceCountUtil.release(msg);
        promise.tryFailure(new IllegalStateException("nothing can be sent before the handshake is done"));
    }

    @Override
    public final void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx, new ConnectionLostException("the server closed the connection during the handshake"));
        ctx.fireChannelInactive();
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (done.isDone()) {
            ctx.fireExceptionCaught(cause);
        } else {
            fail(ctx, cause);
        }
    }

    @Override
    public final void handlerRemoved(ChannelHandlerContext ctx) {
        releaseEarly();
        fail(ctx, new ConnectionLostException("the handshake was taken out of the pipeline"));
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    private void releaseEarly() {
        for (ByteBuf frame = early.poll(); frame != null; frame = early.poll()) {
            frame.release();
        }
    }
}
