package dev.waxwing.internal.transport;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An exchange on its connection. All state belongs to the event loop. */
final class HttpExchangeHandler extends ChannelInboundHandlerAdapter {

    /** The largest piece that the receiver is given; small enough not to be an allocation of its own kind. */
    private static final int PIECE_BYTES = 256 * 1024;

    /** Received and not taken yet; above that the server is held back. */
    private static final int MOST_PENDING_BYTES = 256 * 1024;

    private final TransportConfig server;
    private final HttpCall call;
    private final HttpReceiver receiver;
    private final String what;
    private final Executor blocking;
    private final CompletableFuture<HttpExchangeHandler> opened;
    private final CompletableFuture<HttpHead> result;
    private final Deque<ByteBuf> pending = new ArrayDeque<>();

    private @Nullable ChannelHandlerContext context;
    private @Nullable HttpHead head;
    private int pendingBytes;
    private boolean ended;
    private boolean delivering;
    private boolean sending;
    private boolean reading;
    private long lastProgress;
    private @Nullable Future<?> idleAlarm;
    private @Nullable Future<?> totalAlarm;

    HttpExchangeHandler(
            TransportConfig server,
            HttpCall call,
            HttpReceiver receiver,
            String what,
            Executor blocking,
            CompletableFuture<HttpExchangeHandler> opened,
            CompletableFuture<HttpHead> result) {
        this.server = server;
        this.call = call;
        this.receiver = receiver;
        this.what = what;
        this.blocking = blocking;
        this.opened = opened;
        this.result = result;
    }

    /** Closes the connection, from any thread; what has come is dropped. */
    void close() {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            ctx.channel().close();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent tls) {
            if (tls.isSuccess()) {
                begin(ctx);
            } else {
                fail(ctx, tls.cause());
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    private void begin(ChannelHandlerContext ctx) {
        if (!opened.complete(this)) {
            ctx.close();
            return;
        }
        progress(ctx);
        watchIdle(ctx, call.idle().toNanos());
        totalAlarm = ctx.executor()
                .schedule(
                        (Runnable) () ->
                                fail(ctx, new ConnectionLostException(what + ": not finished within " + call.total())),
                        call.total().toNanos(),
                        TimeUnit.NANOSECONDS);
        HttpBody body = call.body();
        HttpRequest request =
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(call.method()), call.target());
        request.headers().set(HttpHeaderNames.HOST, authority());
        request.headers().set(HttpHeaderNames.CONNECTION, "close");
        call.headers().forEach(request.headers()::set);
        if (body != null) {
            request.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length());
        }
        watched(ctx, ctx.write(request));
        if (body == null) {
            watched(ctx, ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT));
        } else {
            ctx.flush();
            sending = true;
            sendNext(ctx, body);
        }
    }

    private String authority() {
        String host = server.host().contains(":") ? "[" + server.host() + "]" : server.host();
        return server.port() == 443 ? host : host + ":" + server.port();
    }

    private void watched(ChannelHandlerContext ctx, ChannelFuture written) {
        written.addListener(done -> {
            if (done.isSuccess()) {
                progress(ctx);
            } else if (head == null && done.cause() != null) {
                // A server that has answered already need not take the rest.
                fail(ctx, done.cause());
            }
        });
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (call.body() != null) {
            sendNext(ctx, call.body());
        }
        ctx.fireChannelWritabilityChanged();
    }

    private void sendNext(ChannelHandlerContext ctx, HttpBody body) {
        if (!sending || reading || !ctx.channel().isWritable() || result.isDone()) {
            return;
        }
        reading = true;
        onBlocking(ctx, () -> {
            byte[] piece = body.next();
            ctx.executor().execute(() -> {
                reading = false;
                send(ctx, body, piece);
            });
        });
    }

    private void send(ChannelHandlerContext ctx, HttpBody body, byte[] piece) {
        progress(ctx);
        if (piece.length == 0) {
            sending = false;
            watched(ctx, ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT));
        } else if (!result.isDone()) {
            watched(ctx, ctx.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(piece))));
            sendNext(ctx, body);
        }
    }

    /** A step that may block. */
    private interface Step {
        void run() throws IOException;
    }

    private void onBlocking(ChannelHandlerContext ctx, Step step) {
        try {
            blocking.execute(() -> {
                try {
                    step.run();
                } catch (IOException | RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            fail(ctx, new ConnectionLostException(what + ": no thread to read what is sent", e));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        progress(ctx);
        try {
            if (result.isDone()) {
                return;
            }
            if (message instanceof HttpObject part && part.decoderResult().isFailure()) {
                fail(
                        ctx,
                        new ProtocolViolationException(
                                what + ": malformed HTTP", part.decoderResult().cause()));
                return;
            }
            if (message instanceof HttpResponse response
                    && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
                onHead(ctx, response);
            }
            if (message instanceof HttpContent content && head != null && !result.isDone()) {
                onContent(ctx, content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void onHead(ChannelHandlerContext ctx, HttpResponse response) {
        Map<String, String> fields = new HashMap<>();
        response.headers()
                .forEach(field -> fields.putIfAbsent(field.getKey().toLowerCase(Locale.ROOT), field.getValue()));
        HttpHead received = new HttpHead(response.status().code(), fields);
        head = received;
        sending = false;
        if (!receiver.head(received)) {
            finish(ctx, received);
        }
    }

    private void onContent(ChannelHandlerContext ctx, HttpContent content) {
        int bytes = content.content().readableBytes();
        if (bytes > 0) {
            pending.add(content.content().retain());
            pendingBytes += bytes;
        }
        ended |= content instanceof LastHttpContent;
        if (pendingBytes > MOST_PENDING_BYTES) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        deliver(ctx);
        ctx.fireChannelReadComplete();
    }

    private void deliver(ChannelHandlerContext ctx) {
        HttpHead received = head;
        if (delivering || received == null || result.isDone()) {
            return;
        }
        if (pendingBytes == 0) {
            if (ended) {
                finish(ctx, received);
            }
            return;
        }
        delivering = true;
        receiver.body(nextPiece()).whenComplete((done, failure) -> {
            try {
                ctx.executor().execute(() -> delivered(ctx, failure));
            } catch (RejectedExecutionException e) {
                result.completeExceptionally(new ConnectionLostException(what + ": the event loop has ended", e));
            }
        });
        if (pendingBytes <= MOST_PENDING_BYTES) {
            ctx.channel().config().setAutoRead(true);
        }
    }

    private byte[] nextPiece() {
        byte[] piece = new byte[Math.min(pendingBytes, PIECE_BYTES)];
        int filled = 0;
        while (filled < piece.length) {
            ByteBuf first = pending.element();
            int bytes = Math.min(first.readableBytes(), piece.length - filled);
            first.readBytes(piece, filled, bytes);
            filled += bytes;
            if (!first.isReadable()) {
                pending.remove().release();
            }
        }
        pendingBytes -= piece.length;
        return piece;
    }

    private void delivered(ChannelHandlerContext ctx, @Nullable Throwable failure) {
        delivering = false;
        progress(ctx);
        if (failure != null) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            result.completeExceptionally(cause);
        } else {
            deliver(ctx);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        // What has come whole may still be on its way to the receiver.
        if (!ended || result.isDone()) {
            fail(ctx, new ConnectionLostException(what + ": closed before the answer was complete"));
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!ended) {
            fail(ctx, cause);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (result.isDone()) {
            dropPending();
        }
    }

    private void progress(ChannelHandlerContext ctx) {
        lastProgress = ctx.executor().ticker().nanoTime();
    }

    /** What is waited for on this side is not the server's fault. */
    private void watchIdle(ChannelHandlerContext ctx, long nanos) {
        idleAlarm = ctx.executor()
                .schedule(
                        (Runnable) () -> {
                            long left = call.idle().toNanos()
                                    - (ctx.executor().ticker().nanoTime() - lastProgress);
                            if (delivering || reading) {
                                watchIdle(ctx, call.idle().toNanos());
                            } else if (left <= 0) {
                                fail(ctx, new ConnectionLostException(what + ": nothing for " + call.idle()));
                            } else {
                                watchIdle(ctx, left);
                            }
                        },
                        nanos,
                        TimeUnit.NANOSECONDS);
    }

    private void fail(ChannelHandlerContext ctx, Throwable cause) {
        Throwable reason = TransportFailures.classify(what, server.proxy().orElse(null), cause);
        opened.completeExceptionally(reason);
        result.completeExceptionally(reason);
        end(ctx);
    }

    private void finish(ChannelHandlerContext ctx, HttpHead received) {
        end(ctx);
        result.complete(received);
    }

    private void end(ChannelHandlerContext ctx) {
        if (idleAlarm != null) {
            idleAlarm.cancel(false);
        }
        if (totalAlarm != null) {
            totalAlarm.cancel(false);
        }
        dropPending();
        ctx.close();
    }

    private void dropPending() {
        pending.forEach(ReferenceCountUtil::release);
        pending.clear();
        pendingBytes = 0;
    }
}
