package dev.waxwing.testkit.http;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every socket meets first: upgrades {@code /ws/chat} to a WebSocket and hands all else to the HTTP handlers. */
final class HttpFrontDoor extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(HttpFrontDoor.class);

    private static final String CHAT_PATH = "/ws/chat";
    private static final int MAX_WEBSOCKET_PAYLOAD = 1 << 25;

    private final HttpHandler handlers;
    private final Supplier<Optional<Integer>> refusals;
    private final Consumer<ChannelHandlerContext> onChat;

    /**
     * Prepares the handler for one socket.
     *
     * @param handlers answer everything that is no upgrade
     * @param refusals asked at each upgrade for the status to refuse it with, if it is to be refused
     * @param onChat takes a socket over once it is a WebSocket
     */
    HttpFrontDoor(HttpHandler handlers, Supplier<Optional<Integer>> refusals, Consumer<ChannelHandlerContext> onChat) {
        this.handlers = handlers;
        this.refusals = refusals;
        this.onChat = onChat;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (!request.decoderResult().isSuccess()) {
            answer(ctx, false, HttpAnswer.text(400, "malformed request"));
        } else if (request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
            upgrade(ctx, request);
        } else {
            serve(ctx, request);
        }
    }

    private void upgrade(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (!CHAT_PATH.equals(pathOf(request.uri()))) {
            answer(ctx, false, HttpAnswer.text(404, "no WebSocket here"));
            return;
        }
        Optional<Integer> refusal = refusals.get();
        if (refusal.isPresent()) {
            answer(ctx, false, HttpAnswer.text(refusal.get(), "refused as a test wants it"));
            return;
        }
        WebSocketServerHandshaker handshaker = new WebSocketServerHandshakerFactory(
                        "wss://loopback" + CHAT_PATH, null, false, MAX_WEBSOCKET_PAYLOAD)
                .newHandshaker(request);
        if (handshaker == null) {
            WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(ctx.channel());
            return;
        }
        handshaker.handshake(ctx.channel(), request);
        onChat.accept(ctx);
        ctx.pipeline().remove(this);
    }

    private void serve(ChannelHandlerContext ctx, FullHttpRequest request) {
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        boolean head = request.method().equals(HttpMethod.HEAD);
        HttpQuery query = read(request);
        // One request at a time: a client that pipelines must get its answers in order.
        ctx.channel().config().setAutoRead(false);
        handlers.handle(query)
                .whenComplete((answer, failure) -> ctx.executor().execute(() -> {
                    ctx.channel().config().setAutoRead(true);
                    HttpAnswer sent = failure == null && answer != null ? answer : failed(query, failure);
                    answer(ctx, keepAlive, head ? withoutBody(sent) : sent);
                }));
    }

    private static HttpAnswer failed(HttpQuery query, @Nullable Throwable failure) {
        LOG.warn("{} {} failed", query.method(), query.path(), failure);
        return HttpAnswer.text(500, "internal error");
    }

    private static HttpQuery read(FullHttpRequest request) {
        QueryStringDecoder query = new QueryStringDecoder(request.uri());
        Map<String, String> headers = new HashMap<>();
        request.headers()
                .forEach(header -> headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
        return new HttpQuery(
                request.method().name(),
                pathOf(request.uri()),
                query.parameters(),
                Map.copyOf(headers),
                ByteBufUtil.getBytes(request.content()));
    }

    /**
     * The decoded path. Clients append to a direct path with {@code &} as if it had a query already, so that ends it as
     * well.
     */
    private static String pathOf(String uri) {
        int query = uri.indexOf('?');
        String rawPath = query < 0 ? uri : uri.substring(0, query);
        int ampersand = rawPath.indexOf('&');
        return QueryStringDecoder.decodeComponent(ampersand < 0 ? rawPath : rawPath.substring(0, ampersand));
    }

    private static HttpAnswer withoutBody(HttpAnswer answer) {
        Map<String, String> headers = new HashMap<>(answer.headers());
        headers.putIfAbsent(HttpHeaderNames.CONTENT_LENGTH.toString(), Integer.toString(answer.body().length));
        return new HttpAnswer(answer.status(), headers, new byte[0]);
    }

    private static void answer(ChannelHandlerContext ctx, boolean keepAlive, HttpAnswer answer) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                Unpooled.wrappedBuffer(answer.body()));
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
        answer.headers().forEach((name, value) -> response.headers().set(name, value));
        if (!keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        var written = ctx.writeAndFlush(response);
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.debug("closing an HTTP connection", cause);
        }
        ctx.close();
    }
}
