package dev.waxwing.testkit.http;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.io.IOException;
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
            AnswerWriter.write(ctx, false, false, HttpAnswer.text(400, "malformed request"));
        } else if (request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
            upgrade(ctx, request);
        } else {
            serve(ctx, request);
        }
    }

    private void upgrade(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (!CHAT_PATH.equals(RequestHead.pathOf(request.uri()))) {
            AnswerWriter.write(ctx, false, false, HttpAnswer.text(404, "no WebSocket here"));
            return;
        }
        Optional<Integer> refusal = refusals.get();
        if (refusal.isPresent()) {
            AnswerWriter.write(ctx, false, false, HttpAnswer.text(refusal.get(), "refused as a test wants it"));
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
        ctx.pipeline().remove(BodyIntake.class);
        ctx.pipeline().remove(this);
    }

    private void serve(ChannelHandlerContext ctx, FullHttpRequest request) {
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        boolean head = request.method().equals(HttpMethod.HEAD);
        HttpQuery query = RequestHead.read(request, ByteBufUtil.getBytes(request.content()));
        // One request at a time: a client that pipelines must get its answers in order.
        ctx.channel().config().setAutoRead(false);
        handlers.handle(query)
                .whenComplete((answer, failure) -> ctx.executor().execute(() -> {
                    ctx.channel().config().setAutoRead(true);
                    HttpAnswer sent = failure == null && answer != null ? answer : failed(query, failure);
                    AnswerWriter.write(ctx, keepAlive, head, sent);
                }));
    }

    private static HttpAnswer failed(HttpQuery query, @Nullable Throwable failure) {
        LOG.warn("{} {} failed", query.method(), query.path(), failure);
        return HttpAnswer.text(500, "internal error");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.debug("closing an HTTP connection", cause);
        }
        ctx.close();
    }
}
