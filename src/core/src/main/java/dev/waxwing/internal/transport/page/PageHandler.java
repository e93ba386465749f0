package dev.waxwing.internal.transport.page;

import dev.waxwing.error.ConnectionLostException;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Sends one GET and reads the answer as far as it is wanted. Event loop only. */
final class PageHandler extends SimpleChannelInboundHandler<HttpObject> {

    private static final int OK = 200;

    private final PageRequest request;
    private final CompletableFuture<PageAnswer> answered;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private String contentType = "";

    PageHandler(PageRequest request, CompletableFuture<PageAnswer> answered) {
        this.request = request;
        this.answered = answered;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (tls == null) {
            send(ctx);
        } else {
            tls.handshakeFuture().addListener(shaken -> {
                if (shaken.isSuccess()) {
                    send(ctx);
                } else {
                    answered.completeExceptionally(shaken.cause());
                }
            });
        }
    }

    private void send(ChannelHandlerContext ctx) {
        URI uri = request.uri();
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        FullHttpRequest get = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, asciiOnly(target));
        get.headers()
                .set(HttpHeaderNames.HOST, uri.getPort() == -1 ? uri.getHost() : uri.getHost() + ":" + uri.getPort())
                .set(HttpHeaderNames.USER_AGENT, "Mozilla/5.0 (compatible; WhatsApp link preview)")
                .set(HttpHeaderNames.ACCEPT, request.accept())
                // Nothing is unpacked, so that nothing can be packed too well.
                .set(HttpHeaderNames.ACCEPT_ENCODING, HttpHeaderValues.IDENTITY)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ctx.writeAndFlush(get);
    }

    private static String asciiOnly(String target) {
        return target.chars().allMatch(c -> c > ' ' && c < 0x7f)
                ? target
                : URI.create(target).toASCIIString();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
        if (!part.decoderResult().isSuccess()) {
            answered.completeExceptionally(part.decoderResult().cause());
        } else if (part instanceof HttpResponse head) {
            begin(head);
        } else if (part instanceof HttpContent content && !answered.isDone()) {
            take(content);
        }
    }

    private void begin(HttpResponse head) {
        int status = head.status().code();
        String location = head.headers().get(HttpHeaderNames.LOCATION);
        contentType = Optional.ofNullable(head.headers().get(HttpHeaderNames.CONTENT_TYPE))
                .orElse("");
        if (status >= 300 && status < 400 && location != null) {
            answered.complete(new PageAnswer(page(false), Optional.of(location)));
        } else if (status != OK) {
            refuse("status " + status);
        } else if (head.headers().contains(HttpHeaderNames.CONTENT_ENCODING)
                && !head.headers().containsValue(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.IDENTITY, true)) {
            refuse("it is packed though that was not wanted");
        } else if (!request.accepts(contentType)) {
            refuse("it is of another type");
        }
    }

    private void take(HttpContent content) {
        byte[] bytes = ByteBufUtil.getBytes(content.content());
        int room = request.maxBytes() - body.size();
        body.write(bytes, 0, Math.min(room, bytes.length));
        if (bytes.length > room) {
            answered.complete(new PageAnswer(page(false), Optional.empty()));
        } else if (content instanceof LastHttpContent) {
            answered.complete(new PageAnswer(page(true), Optional.empty()));
        }
    }

    private Page page(boolean isWhole) {
        return new Page(request.uri(), contentType, body.toByteArray(), isWhole);
    }

    private void refuse(String why) {
        answered.completeExceptionally(new ConnectionLostException("a link is not read: " + why));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        answered.completeExceptionally(new ConnectionLostException("the connection ended in the middle of a page"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        answered.completeExceptionally(cause);
        ctx.close();
    }
}
