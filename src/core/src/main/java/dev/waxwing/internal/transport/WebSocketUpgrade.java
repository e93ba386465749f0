package dev.waxwing.internal.transport;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.WaxwingException;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker13;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the upgrade and judges the answer by its head alone: a refusal's body is of no use and may be large. Removes
 * itself when it is done. Event loop only.
 */
final class WebSocketUpgrade extends ChannelInboundHandlerAdapter {

    private static final Pattern SECONDS = Pattern.compile("\\d{1,6}");

    private final WebSocketClientHandshaker handshaker;
    private final String what;
    private final @Nullable ProxyConfig proxy;
    private final Runnable onOpen;
    private final Consumer<WaxwingException> onFailure;
    private boolean done;

    WebSocketUpgrade(TransportConfig config, String what, Runnable onOpen, Consumer<WaxwingException> onFailure) {
        this.handshaker = new Handshaker(config);
        this.what = what;
        this.proxy = config.proxy().orElse(null);
        this.onOpen = onOpen;
        this.onFailure = onFailure;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        // Proxy and TLS, if any, hold the request back until they are through.
        handshaker.handshake(ctx.channel()).addListener(written -> {
            if (!written.isSuccess() && written.cause() != null) {
                fail(ctx, TransportFailures.classify(what, proxy, written.cause()));
            }
        });
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!done && message instanceof HttpResponse response) {
            onResponse(ctx, response);
        }
        ReferenceCountUtil.release(message);
    }

    private void onResponse(ChannelHandlerContext ctx, HttpResponse response) {
        if (!response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            HttpResponseStatus status = response.status();
            fail(
                    ctx,
                    new ServerRefusedException(
                            "WebSocket upgrade", status.code(), status.reasonPhrase(), retryAfter(response)));
            return;
        }
        FullHttpResponse head =
                new DefaultFullHttpResponse(response.protocolVersion(), response.status(), Unpooled.EMPTY_BUFFER);
        head.headers().set(response.headers());
        try {
            handshaker.finishHandshake(ctx.channel(), head);
        } catch (WebSocketHandshakeException e) {
            fail(ctx, new ProtocolViolationException("WebSocket upgrade: the answer is not valid", e));
            return;
        }
        done = true;
        onOpen.run();
    }

    private static @Nullable Duration retryAfter(HttpResponse response) {
        String value = response.headers().get(HttpHeaderNames.RETRY_AFTER, "");
        return SECONDS.matcher(value).matches() ? Duration.ofSeconds(Long.parseLong(value)) : null;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent tls && !tls.isSuccess()) {
            fail(ctx, TransportFailures.classify(what, proxy, tls.cause()));
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx, new ConnectionLostException(what + ": closed before the WebSocket was open"));
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, TransportFailures.classify(what, proxy, cause));
    }

    private void fail(ChannelHandlerContext ctx, WaxwingException reason) {
        if (!done) {
            done = true;
            onFailure.accept(reason);
            ctx.close();
        }
    }

    /** Clients mask, servers must not; extensions are not offered. */
    private static final class Handshaker extends WebSocketClientHandshaker13 {

        Handshaker(TransportConfig config) {
            super(
                    config.uri(),
                    WebSocketVersion.V13,
                    null,
                    false,
                    config.httpHeaders(),
                    config.maxMessageBytes(),
                    true,
                    false);
        }

        /** One that leaves closing to the byte stream: closing first, as the default does, would hide why. */
        @Override
        protected WebSocketFrameDecoder newWebsocketDecoder() {
            return new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                    .expectMaskedFrames(false)
                    .allowExtensions(false)
                    .maxFramePayloadLength(maxFramePayloadLength())
                    .closeOnProtocolViolation(false)
                    .withUTF8Validator(false)
                    .build());
        }
    }
}
